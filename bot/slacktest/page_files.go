package slacktest

import (
	"io"
	"mime"
	"net/http"
	"strconv"
)

// serveFile gives a shared file to whoever looks at the page.
func (s *Server) serveFile(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	f := find(s.files.all, func(f *File) bool { return f.ID == r.PathValue("id") && f.completed && !f.Deleted })
	if f == nil {
		s.mu.Unlock()
		http.NotFound(w, r)
		return
	}
	name, content := f.Name, f.Content
	s.mu.Unlock()
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Length", strconv.Itoa(len(content)))
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	_, _ = io.WriteString(w, content)
}
