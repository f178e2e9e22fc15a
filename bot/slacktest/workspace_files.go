package slacktest

import (
	"crypto/rand"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"time"
)

// maxUpload is the largest file that is taken, in bytes.
const maxUpload = 32 << 20

// File is an uploaded file.
type File struct {
	ID       string    `json:"id"`
	Name     string    `json:"name"`
	Title    string    `json:"title"`
	MIMEType string    `json:"mimetype"`
	Size     int       `json:"size"`
	Created  time.Time `json:"created"`
	Channel  string    `json:"channel"`
	ThreadTS string    `json:"thread_ts,omitempty"`
	TS       string    `json:"ts,omitempty"` // The message that shares it.
	Deleted  bool      `json:"deleted,omitempty"`
	Content  string    `json:"content"`

	declared  int // The length that was announced.
	uploaded  bool
	completed bool
}

// files are the uploads, by order and by the token of their upload address.
type files struct {
	all     []*File
	uploads map[string]*File
}

func newFiles() files { return files{uploads: map[string]*File{}} }

// Files returns the files that were shared, deleted ones too.
func (s *Server) Files() []File {
	s.mu.Lock()
	defer s.mu.Unlock()
	shared := []File{}
	for _, f := range s.files.all {
		if f.completed {
			shared = append(shared, *f)
		}
	}
	return shared
}

func fileMethods() map[string]method {
	return map[string]method{
		"files.getUploadURLExternal":   {scope: "files:write", perMinute: tier4, run: (*Server).filesGetUploadURL},
		"files.completeUploadExternal": {scope: "files:write", perMinute: tier4, run: (*Server).filesCompleteUpload},
		"files.delete":                 {scope: "files:write", perMinute: tier3, run: (*Server).filesDelete},
	}
}

// filesGetUploadURL is https://docs.slack.dev/reference/methods/files.getUploadURLExternal.
func (s *Server) filesGetUploadURL(c call) (object, *apiError) {
	name, length := c.str("filename"), c.number("length", 0)
	if name == "" || length <= 0 || length > maxUpload {
		return nil, refused("invalid_arguments", object(c.params), "[ERROR] filename and length are required")
	}
	f := &File{ID: s.newID("F"), Name: name, Title: name, declared: length, Created: s.options.Now()}
	token := rand.Text()
	s.files.all = append(s.files.all, f)
	s.files.uploads[token] = f
	return object{"upload_url": c.base + "/files/upload/" + token, "file_id": f.ID}, nil
}

// serveUpload takes a file's contents, raw or as the first part of a form.
func (s *Server) serveUpload(w http.ResponseWriter, r *http.Request) {
	content, err := readUpload(r)
	if err != nil {
		http.Error(w, "unreadable upload", http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.files.uploads[r.PathValue("token")]
	switch {
	case f == nil || f.uploaded:
		http.Error(w, "no such upload", http.StatusNotFound)
		return
	case len(content) != f.declared:
		http.Error(w, "length differs from what was announced", http.StatusBadRequest)
		return
	}
	f.Content, f.Size, f.uploaded = string(content), len(content), true
	f.MIMEType = mime.TypeByExtension(path.Ext(f.Name))
	_, _ = fmt.Fprintf(w, "OK - %d", f.Size)
}

func readUpload(r *http.Request) ([]byte, error) {
	r.Body = http.MaxBytesReader(nil, r.Body, maxUpload)
	parts, err := r.MultipartReader()
	if err != nil {
		return io.ReadAll(r.Body)
	}
	for {
		part, err := parts.NextPart()
		if err != nil {
			return nil, err
		}
		if part.FileName() != "" {
			return io.ReadAll(part)
		}
	}
}

// filesCompleteUpload is https://docs.slack.dev/reference/methods/files.completeUploadExternal: it shares the files in
// a message of the channel or thread.
func (s *Server) filesCompleteUpload(c call) (object, *apiError) {
	value, err := c.value("files")
	list := objects(value)
	if err != nil || len(list) == 0 {
		return nil, refused("invalid_arguments", object(c.params), "[ERROR] missing required field: files")
	}
	var shared []*File
	for _, one := range list {
		f := find(s.files.all, func(f *File) bool { return f.ID == str(one, "id") && f.uploaded && !f.completed })
		if f == nil || slices.Contains(shared, f) {
			return nil, failed("file_not_found")
		}
		if title := str(one, "title"); title != "" {
			f.Title = title
		}
		shared = append(shared, f)
	}
	return s.share(c, shared)
}

func (s *Server) share(c call, shared []*File) (object, *apiError) {
	m := &Message{Text: c.str("initial_comment"), ThreadTS: c.str("thread_ts")}
	if id := c.str("channel_id"); id != "" {
		channel, err := s.postTo(id)
		if err != nil {
			return nil, err
		}
		if err := s.checkThread(channel.ID, m.ThreadTS); err != nil {
			return nil, err
		}
		m.Channel = channel.ID
	}
	answer := []object{}
	for _, f := range shared {
		f.completed, f.Channel, f.ThreadTS = true, m.Channel, m.ThreadTS
		m.Files = append(m.Files, f.wire())
		answer = append(answer, object{"id": f.ID, "title": f.Title})
	}
	if m.Channel != "" {
		m.Subtype = "file_share"
		s.post(m)
		for _, f := range shared {
			f.TS = m.TS
		}
	}
	return object{"files": answer}, nil
}

func (f *File) wire() object {
	address := "/files/" + f.ID + "/" + url.PathEscape(f.Name)
	return object{
		"id": f.ID, "name": f.Name, "title": f.Title, "mimetype": f.MIMEType, "size": f.Size, "user": botUser,
		"created": f.Created.Unix(), "url_private": address, "url_private_download": address,
	}
}

// filesDelete is https://docs.slack.dev/reference/methods/files.delete.
func (s *Server) filesDelete(c call) (object, *apiError) {
	f := find(s.files.all, func(f *File) bool { return f.ID == c.str("file") && f.completed })
	switch {
	case f == nil:
		return nil, failed("file_not_found")
	case f.Deleted:
		return nil, failed("file_deleted")
	}
	f.Deleted, f.Content = true, ""
	s.bury(f)
	return object{}, nil
}

// bury leaves of a file in its message only that it was there.
func (s *Server) bury(f *File) {
	for _, m := range s.messages.all {
		for i, shared := range m.Files {
			if shared["id"] == f.ID {
				m.Files = slices.Clone(m.Files) // whoever reads the message has the old ones.
				m.Files[i] = object{"id": f.ID, "mode": "tombstone"}
			}
		}
	}
}

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
