package slacktest

import (
	"io"
	"mime"
	"net/http"
	"strconv"
)

// serveFile serves the content of a shared file.
func (p *page) serveFile(w http.ResponseWriter, r *http.Request) {
	p.ws.mu.Lock()
	f := find(p.ws.files.all, func(f *File) bool { return f.ID == r.PathValue("id") && f.completed && !f.Deleted })
	if f == nil {
		p.ws.mu.Unlock()
		http.NotFound(w, r)
		return
	}
	name, content := f.Name, f.Content
	p.ws.mu.Unlock()
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Length", strconv.Itoa(len(content)))
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	_, _ = io.WriteString(w, content)
}
