package slacktest

import (
	"crypto/rand"
	"fmt"
	"io"
	"mime"
	"net/http"
	"path"
	"slices"
)

func fileMethods() map[string]method {
	return map[string]method{
		"files.getUploadURLExternal":   {scope: "files:write", perMinute: tier4, run: (*webAPI).filesGetUploadURL},
		"files.completeUploadExternal": {scope: "files:write", perMinute: tier4, run: (*webAPI).filesCompleteUpload},
		"files.delete":                 {scope: "files:write", perMinute: tier3, run: (*webAPI).filesDelete},
	}
}

// filesGetUploadURL is https://docs.slack.dev/reference/methods/files.getUploadURLExternal.
func (a *webAPI) filesGetUploadURL(c call) (object, *apiError) {
	name, length := c.str("filename"), c.number("length", 0)
	if name == "" || length <= 0 || length > maxUpload {
		return nil, invalidPayload("invalid_arguments", object(c.params), "[ERROR] filename and length are required")
	}
	f := &File{ID: a.ws.newID("F"), Name: name, Title: name, declared: length, Created: a.ws.options.Now()}
	token := rand.Text()
	a.ws.files.all = append(a.ws.files.all, f)
	a.ws.files.uploads[token] = f
	return object{"upload_url": c.base + "/files/upload/" + token, "file_id": f.ID}, nil
}

// filesCompleteUpload is https://docs.slack.dev/reference/methods/files.completeUploadExternal: it shares the files in
// a message of the channel or thread.
func (a *webAPI) filesCompleteUpload(c call) (object, *apiError) {
	value, err := c.value("files")
	list := objects(value)
	if err != nil || len(list) == 0 {
		return nil, invalidPayload("invalid_arguments", object(c.params), "[ERROR] missing required field: files")
	}
	var shared []*File
	for _, one := range list {
		f := find(a.ws.files.all, func(f *File) bool { return f.ID == str(one, "id") && f.uploaded && !f.completed })
		if f == nil || slices.Contains(shared, f) {
			return nil, failed("file_not_found")
		}
		if title := str(one, "title"); title != "" {
			f.Title = title
		}
		shared = append(shared, f)
	}
	return a.shareFiles(c, shared)
}

func (a *webAPI) shareFiles(c call, shared []*File) (object, *apiError) {
	m := &Message{Text: c.str("initial_comment"), ThreadTS: c.str("thread_ts")}
	if id := c.str("channel_id"); id != "" {
		channel, err := a.writableChannel(id)
		if err != nil {
			return nil, err
		}
		if err := a.checkThread(channel.ID, m.ThreadTS); err != nil {
			return nil, err
		}
		m.Channel = channel.ID
	}
	answer := []object{}
	for _, f := range shared {
		f.completed, f.Channel, f.ThreadTS = true, m.Channel, m.ThreadTS
		m.Files = append(m.Files, f.json())
		answer = append(answer, object{"id": f.ID, "title": f.Title})
	}
	if m.Channel != "" {
		m.Subtype = "file_share"
		a.ws.post(m)
		for _, f := range shared {
			f.TS = m.TS
		}
	}
	return object{"files": answer}, nil
}

// filesDelete is https://docs.slack.dev/reference/methods/files.delete.
func (a *webAPI) filesDelete(c call) (object, *apiError) {
	f := find(a.ws.files.all, func(f *File) bool { return f.ID == c.str("file") && f.completed })
	switch {
	case f == nil:
		return nil, failed("file_not_found")
	case f.Deleted:
		return nil, failed("file_deleted")
	}
	f.Deleted, f.Content = true, ""
	a.ws.replaceWithTombstone(f)
	return object{}, nil
}

// maxUpload is the maximum file size in bytes.
const maxUpload = 32 << 20

// serveUpload accepts a file's content, raw or as the first file of a form.
func (a *webAPI) serveUpload(w http.ResponseWriter, r *http.Request) {
	content, err := readUpload(r)
	if err != nil {
		http.Error(w, "unreadable upload", http.StatusBadRequest)
		return
	}
	a.ws.mu.Lock()
	defer a.ws.mu.Unlock()
	f := a.ws.files.uploads[r.PathValue("token")]
	switch {
	case f == nil || f.uploaded:
		http.Error(w, "no such upload", http.StatusNotFound)
		return
	case len(content) != f.declared:
		http.Error(w, "the length differs from the declared length", http.StatusBadRequest)
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
