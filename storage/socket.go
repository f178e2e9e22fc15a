package storage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// maxSocketPath is the longest path of a Unix socket, in bytes: 108 on Linux
// with the zero at its end, 104 on other systems.
const maxSocketPath = 103

// maxImport bounds a list to import, in bytes: more than a hundred thousand
// people.
const maxImport = 64 << 20

// socketPath is where other processes reach the one that has the database open.
func socketPath(path string) string { return path + ".sock" }

// ErrSocket is a socket that cannot be made. The database works without it, but
// nobody else can read it meanwhile.
type ErrSocket struct {
	Path  string
	Cause error
}

func (e ErrSocket) Error() string {
	return fmt.Sprintf("there is no socket %s, so other subcommands cannot read the database while the bot runs: %v", e.Path, e.Cause)
}

// Unwrap is the cause.
func (e ErrSocket) Unwrap() error { return e.Cause }

// Door is the socket beside an open database. Only the user that owns it can go
// through.
type Door struct {
	path   string
	server *http.Server
	ended  chan error
}

// OpenDoor lets other processes of this user read a copy of the database, import
// exclusions and have people forgotten, until the door is closed. Changed is
// called after either. A socket that a killed process has left is replaced. The error is an
// [ErrSocket].
func (s *Store) OpenDoor(changed func()) (*Door, error) {
	path := socketPath(s.path)
	listener, err := listenPrivately(path)
	if err != nil {
		return nil, ErrSocket{Path: path, Cause: err}
	}
	d := &Door{path: path, ended: make(chan error, 1), server: &http.Server{Handler: s.doorkeeper(changed), ReadHeaderTimeout: 10 * time.Second}}
	go func() { d.ended <- d.server.Serve(listener) }()
	return d, nil
}

// closeWithin is how long whoever is being served may go on.
const closeWithin = 2 * time.Second

// Close closes the door and waits for those who are being served.
func (d *Door) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), closeWithin)
	defer cancel()
	err := os.Remove(d.path)
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	if d.server.Shutdown(ctx) != nil {
		_ = d.server.Close() // A copy that breaks off is noticed by whoever reads it.
	}
	if ended := <-d.ended; !errors.Is(ended, http.ErrServerClosed) {
		err = errors.Join(err, ended)
	}
	return err
}

// listenPrivately makes a socket that is 0600 from its first moment: in a
// directory that nobody else can enter, from which it moves to its place.
func listenPrivately(path string) (net.Listener, error) {
	if info, err := os.Lstat(path); err == nil && info.Mode().Type() != fs.ModeSocket {
		return nil, fmt.Errorf("%s is there and is no socket; move it away", path)
	}
	dir, err := os.MkdirTemp(filepath.Dir(path), ".s")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	first := filepath.Join(dir, "s")
	if n := max(len(path), len(first)); n > maxSocketPath {
		return nil, tooLong(n)
	}
	listener, err := net.ListenUnix("unix", &net.UnixAddr{Name: first, Net: "unix"})
	if err != nil {
		return nil, err
	}
	listener.SetUnlinkOnClose(false)
	if err := errors.Join(os.Chmod(first, 0o600), os.Rename(first, path)); err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	return listener, nil
}

func tooLong(n int) error {
	return fmt.Errorf("its path has %d bytes, and a socket's can have %d; give INACTIVEBOT_DATABASE a shorter path", n, maxSocketPath)
}

// doorkeeper answers those who come through the door.
func (s *Store) doorkeeper(changed func()) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /state", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(State{Schema: len(s.history), PID: os.Getpid()}) // An error: whoever asked has gone.
	})
	mux.HandleFunc("GET /copy", func(w http.ResponseWriter, _ *http.Request) {
		if err := s.sendCopy(w); err != nil {
			panic(http.ErrAbortHandler) // What was sent must not look whole.
		}
	})
	mux.HandleFunc("POST /import", func(w http.ResponseWriter, r *http.Request) {
		apply, _ := strconv.ParseBool(r.FormValue("apply"))
		s.serveImport(w, r, apply, changed)
	})
	mux.HandleFunc("POST /forget", func(w http.ResponseWriter, r *http.Request) {
		switch err := s.Forget(r.FormValue("account"), Bot, time.Now().UTC()); {
		case errors.Is(err, ErrNotFound):
			http.Error(w, "nothing is known of this account", http.StatusNotFound)
		case err != nil:
			http.Error(w, err.Error(), http.StatusInternalServerError)
		default:
			changed()
		}
	})
	return mux
}

func (s *Store) serveImport(w http.ResponseWriter, r *http.Request, apply bool, changed func()) {
	var list []Entry
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxImport)).Decode(&list); err != nil {
		http.Error(w, "the list cannot be read", http.StatusBadRequest)
		return
	}
	done, err := s.Import(list, apply, time.Now().UTC())
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	if apply {
		changed()
	}
	_ = json.NewEncoder(w).Encode(done) // An error: whoever asked has gone.
}
