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

// maxSocketPath is the longest path of a Unix socket, in bytes: 108 on Linux
// with the zero at its end, 104 on other systems.
const maxSocketPath = 103

// maxImport bounds a list to import, in bytes: more than a hundred thousand
// people.
const maxImport = 64 << 20

// socketPath returns the path of the socket for a database.
func socketPath(path string) string { return path + ".sock" }

// errNoSocket is the cause if another file has the name of the socket.
var errNoSocket = errors.New("a file that is not a socket exists there")

// ErrSocket reports that the socket cannot be created. The bot works without it,
// but other subcommands cannot read the database while the bot runs.
type ErrSocket struct {
	Path  string
	Cause error
}

func (e ErrSocket) Error() string { return e.Problem() + "; " + e.Fix() }

// Problem says what is missing and why.
func (e ErrSocket) Problem() string {
	return fmt.Sprintf("there is no socket %s, so other subcommands cannot read the database while the bot runs: %v", e.Path, e.Cause)
}

// Fix says what to do about the cause.
func (e ErrSocket) Fix() string {
	if errors.Is(e.Cause, errNoSocket) {
		return "move that file away"
	}
	return "set INACTIVEBOT_DATABASE to a shorter path on a file system that supports Unix sockets"
}

// Unwrap returns the cause.
func (e ErrSocket) Unwrap() error { return e.Cause }

// Server serves the socket of an open database. Only the user who owns it can
// connect.
type Server struct {
	path   string
	server *http.Server
	ended  chan error
}

// Serve lets other processes of this user read a copy of the database, import
// exclusions and have people forgotten, until the server is closed. Changed is
// called after either. A socket that a killed process has left is replaced. The error is an
// [ErrSocket].
func Serve(store *storage.Store, changed func()) (*Server, error) {
	path := socketPath(store.Path())
	listener, err := listenPrivately(path)
	if err != nil {
		return nil, ErrSocket{Path: path, Cause: err}
	}
	d := &Server{path: path, ended: make(chan error, 1), server: &http.Server{Handler: handler{store, changed}.routes(), ReadHeaderTimeout: 10 * time.Second}}
	go func() { d.ended <- d.server.Serve(listener) }()
	return d, nil
}

// shutdownTimeout is how long requests in progress may take at shutdown.
const shutdownTimeout = 2 * time.Second

// Close stops the server and waits for requests in progress, at most shutdownTimeout.
func (d *Server) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), shutdownTimeout)
	defer cancel()
	err := os.Remove(d.path)
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	if d.server.Shutdown(ctx) != nil {
		_ = d.server.Close() // the client notices a copy that is incomplete.
	}
	if ended := <-d.ended; !errors.Is(ended, http.ErrServerClosed) {
		err = errors.Join(err, ended)
	}
	return err
}

// listenPrivately creates a socket with mode 0600 from its first moment: in a
// directory that no other user can enter, from which it is moved to its path.
func listenPrivately(path string) (net.Listener, error) {
	if info, err := os.Lstat(path); err == nil && info.Mode().Type() != fs.ModeSocket {
		return nil, errNoSocket
	}
	dir, err := os.MkdirTemp(filepath.Dir(path), ".s")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	first := filepath.Join(dir, "s")
	if n := max(len(path), len(first)); n > maxSocketPath {
		return nil, pathTooLong(n)
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

func pathTooLong(n int) error {
	return fmt.Errorf("its path has %d bytes, the limit for sockets is %d", n, maxSocketPath)
}

// handler answers the requests of other subcommands.
type handler struct {
	store   *storage.Store
	changed func()
}

func (h handler) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /state", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(state{Schema: h.store.Schema(), PID: os.Getpid()}) // an error means that the client is gone.
	})
	mux.HandleFunc("GET /copy", func(w http.ResponseWriter, _ *http.Request) {
		if err := sendCopy(w, h.store); err != nil {
			panic(http.ErrAbortHandler) // What was sent must not look whole.
		}
	})
	mux.HandleFunc("POST /import", func(w http.ResponseWriter, r *http.Request) {
		apply, _ := strconv.ParseBool(r.FormValue("apply"))
		h.serveImport(w, r, apply)
	})
	mux.HandleFunc("POST /forget", func(w http.ResponseWriter, r *http.Request) {
		switch err := h.store.Forget(r.FormValue("account"), storage.Bot, time.Now().UTC()); {
		case errors.Is(err, storage.ErrNotFound):
			http.Error(w, "nothing is known of this account", http.StatusNotFound)
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
	done, err := h.store.Import(list, apply, time.Now().UTC())
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	if apply {
		h.changed()
	}
	_ = json.NewEncoder(w).Encode(done) // an error means that the client is gone.
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
