package adminsocket

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"inactivebot/storage"
)

// maxSocketPath is the longest path of a Unix socket in bytes. The limit is 108
// on Linux including the terminating zero, and 104 on other systems.
const maxSocketPath = 103

// maxImport is the largest list to import, in bytes. It is enough for more than
// 100,000 people.
const maxImport = 64 << 20

// socketPath returns the path of the socket for a database.
func socketPath(path string) string { return path + ".sock" }

// errNotSocket is the cause if a file that is not a socket has the path of the
// socket.
var errNotSocket = errors.New("a file that is not a socket exists there")

// ErrSocket reports that the socket cannot be created. The bot works without it,
// but other subcommands cannot read the database while the bot runs.
type ErrSocket struct {
	Path  string
	Cause error
}

func (e ErrSocket) Error() string { return e.Problem() + "; " + e.Fix() }

// Problem says what is missing and why.
func (e ErrSocket) Problem() string {
	return fmt.Sprintf("cannot create the socket %s, so other subcommands cannot read the database while the bot runs: %v", e.Path, e.Cause)
}

// Fix says what to do about the cause.
func (e ErrSocket) Fix() string {
	if errors.Is(e.Cause, errNotSocket) {
		return "move that file away"
	}
	return "set INACTIVEBOT_DATABASE to a shorter path on a file system that supports Unix sockets"
}

// Unwrap returns the cause.
func (e ErrSocket) Unwrap() error { return e.Cause }

// Server serves the socket of an open database. Only the user who owns it can
// connect.
type Server struct {
	path     string
	file     os.FileInfo // the socket file; another process may have replaced it.
	server   *http.Server
	serveErr chan error
}

// Serve lets other processes of this user read a copy of the database, import
// exclusions and forget people, until the server is closed. It calls changed
// after each import and each forgotten person. A socket file that a killed
// process left behind is replaced. The error is an [ErrSocket].
func Serve(store *storage.Store, changed func()) (*Server, error) {
	path := socketPath(store.Path())
	listener, err := listenPrivate(path)
	if err != nil {
		return nil, ErrSocket{Path: path, Cause: err}
	}
	file, err := os.Lstat(path)
	if err != nil {
		return nil, errors.Join(ErrSocket{Path: path, Cause: err}, listener.Close())
	}
	s := &Server{path: path, file: file, serveErr: make(chan error, 1), server: &http.Server{Handler: handler{store, changed}.routes(), ReadHeaderTimeout: 10 * time.Second}}
	go func() { s.serveErr <- s.server.Serve(listener) }()
	return s, nil
}

// shutdownTimeout limits the time that requests in progress may take at
// shutdown.
const shutdownTimeout = 2 * time.Second

// Close stops the server and waits up to shutdownTimeout for requests in
// progress.
func (s *Server) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), shutdownTimeout)
	defer cancel()
	var err error
	if now, gone := os.Lstat(s.path); gone == nil && os.SameFile(s.file, now) {
		err = os.Remove(s.path)
	}
	if s.server.Shutdown(ctx) != nil {
		_ = s.server.Close() // the client notices a copy that is incomplete.
	}
	if served := <-s.serveErr; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}

// listenPrivate creates a socket that only this user can ever connect to: it is
// created in a private directory, gets mode 0600 and is then moved to its path.
func listenPrivate(path string) (net.Listener, error) {
	if info, err := os.Lstat(path); err == nil && info.Mode().Type() != fs.ModeSocket {
		return nil, errNotSocket
	}
	dir, err := os.MkdirTemp(filepath.Dir(path), ".s")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	temp := filepath.Join(dir, "s")
	if n := max(len(path), len(temp)); n > maxSocketPath {
		return nil, pathTooLong(n)
	}
	listener, err := net.ListenUnix("unix", &net.UnixAddr{Name: temp, Net: "unix"})
	if err != nil {
		return nil, err
	}
	listener.SetUnlinkOnClose(false)
	if err := errors.Join(os.Chmod(temp, 0o600), os.Rename(temp, path)); err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	return listener, nil
}

func pathTooLong(n int) error {
	return fmt.Errorf("its path has %d bytes, but the limit for sockets is %d", n, maxSocketPath)
}

// handler serves the requests of other subcommands.
type handler struct {
	store   *storage.Store
	changed func()
}

func (h handler) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /state", func(w http.ResponseWriter, _ *http.Request) {
		warnings, _ := h.store.Warnings() // a damaged database ends the bot anyway.
		unmatched, _ := h.store.LastUnmatched()
		_ = json.NewEncoder(w).Encode(state{Schema: h.store.Schema(), PID: os.Getpid(), Warnings: warnings, Unmatched: unmatched}) // an error means that the client is gone.
	})
	mux.HandleFunc("GET /copy", func(w http.ResponseWriter, _ *http.Request) {
		if err := sendCopy(w, h.store); err != nil {
			panic(http.ErrAbortHandler) // the client must see that the copy is incomplete.
		}
	})
	mux.HandleFunc("POST /import", func(w http.ResponseWriter, r *http.Request) {
		apply, _ := strconv.ParseBool(r.FormValue("apply"))
		h.serveImport(w, r, apply)
	})
	mux.HandleFunc("POST /forget", func(w http.ResponseWriter, r *http.Request) {
		switch err := h.store.Forget(r.FormValue("account"), storage.Bot, time.Now().UTC()); {
		case errors.Is(err, storage.ErrNotFound):
			http.Error(w, "nothing is stored about this account", http.StatusNotFound)
		case err != nil:
			http.Error(w, err.Error(), http.StatusInternalServerError)
		default:
			h.changed()
		}
	})
	return mux
}

func (h handler) serveImport(w http.ResponseWriter, r *http.Request, apply bool) {
	var list []storage.ExclusionEntry
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxImport)).Decode(&list); err != nil {
		http.Error(w, "the list cannot be read", http.StatusBadRequest)
		return
	}
	results, err := h.store.Import(list, apply, time.Now().UTC())
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	if apply {
		h.changed()
	}
	_ = json.NewEncoder(w).Encode(results) // an error means that the client is gone.
}

// sendCopy sends a copy to a client that may read slowly. The copy is written
// to disk first: while a transaction reads, bbolt cannot grow the file, and a
// stalled client would block every decision. If there is no space for that, it
// is sent directly.
func sendCopy(w io.Writer, s *storage.Store) error {
	file, err := tempCopy(s)
	if err != nil {
		_, err = s.WriteTo(w)
		return err
	}
	_, err = io.Copy(w, file)
	return errors.Join(err, file.Close())
}

// tempCopy returns a copy in an unnamed file, positioned at its start.
func tempCopy(s *storage.Store) (*os.File, error) {
	file, err := os.CreateTemp(filepath.Dir(s.Path()), filepath.Base(s.Path())+".*.part")
	if err != nil {
		return nil, err
	}
	err = os.Remove(file.Name())
	if err == nil {
		_, err = s.WriteTo(file)
	}
	if err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}
