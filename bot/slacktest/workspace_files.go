package slacktest

import (
	"net/url"
	"slices"
	"time"
)

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

	declared  int // The length passed to files.getUploadURLExternal, in bytes.
	uploaded  bool
	completed bool
}

// files holds the uploads in order and by the token of their upload URL.
type files struct {
	all     []*File
	uploads map[string]*File
}

func newFiles() files { return files{uploads: map[string]*File{}} }

func (w *workspace) listFiles() []File {
	w.mu.Lock()
	defer w.mu.Unlock()
	shared := []File{}
	for _, f := range w.files.all {
		if f.completed {
			shared = append(shared, *f)
		}
	}
	return shared
}

func (f *File) json() object {
	address := "/files/" + f.ID + "/" + url.PathEscape(f.Name)
	return object{
		"id": f.ID, "name": f.Name, "title": f.Title, "mimetype": f.MIMEType, "size": f.Size, "user": botUser,
		"created": f.Created.Unix(), "url_private": address, "url_private_download": address,
	}
}

// replaceWithTombstone replaces a deleted file in its message, as Slack does.
func (w *workspace) replaceWithTombstone(f *File) {
	for _, m := range w.messages.all {
		for i, shared := range m.Files {
			if shared["id"] == f.ID {
				m.Files = slices.Clone(m.Files) // Copies of the message that were returned earlier keep the old list.
				m.Files[i] = object{"id": f.ID, "mode": "tombstone"}
			}
		}
	}
}
