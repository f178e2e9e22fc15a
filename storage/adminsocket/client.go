package adminsocket

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"inactivebot/storage"
)

// responseTimeout is how long the running bot may take until its response
// begins.
const responseTimeout = 30 * time.Second

// state is the response of the running bot about its database.
type state struct {
	Schema int `json:"schema"`
	PID    int `json:"pid"`
}

// Open opens a database for reading. If the bot is running, it sends a
// consistent copy, and anything written to the copy is lost. The errors are
// those of [storage.Open]; it is [storage.ErrLocked] if the process with the
// file open sends no copy.
func Open(path string) (*storage.Store, error) {
	if visit, ok := dial(path); ok {
		return visit.fetchCopy()
	}
	s, err := storage.Open(path)
	if _, locked := errors.AsType[storage.ErrLocked](err); !locked {
		return s, err
	}
	if visit, ok := dial(path); ok { // The bot may have been starting its server.
		return visit.fetchCopy()
	}
	if n := len(socketPath(path)); n > maxSocketPath {
		return nil, errors.Join(err, ErrSocket{Path: socketPath(path), Cause: pathTooLong(n)})
	}
	return nil, err
}

// Import imports a list into the database at path, through the process that
// has it open where there is one. See [storage.Store.Import].
func Import(path string, list []storage.ExclusionEntry, apply bool, now time.Time) (done []storage.ImportResult, err error) {
	if visit, ok := dial(path); ok {
		return visit.importList(list, apply)
	}
	s, err := storage.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return s.Import(list, apply, now)
}

// Forget forgets a person in the database at path, through the process that
// has it open where there is one. See [storage.Store.Forget].
func Forget(path, account string, now time.Time) (err error) {
	if visit, ok := dial(path); ok {
		return visit.forget(account)
	}
	s, err := storage.Open(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return s.Forget(account, storage.Bot, now)
}

// client sends requests to the process that has a database open.
type client struct {
	path string // the database.
	http http.Client
}

// dial connects to the running bot. It reports false if none listens; a killed
// process leaves its socket file behind.
func dial(path string) (client, bool) {
	socket := socketPath(path)
	if len(socket) > maxSocketPath {
		return client{}, false
	}
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{Timeout: responseTimeout}).DialContext(ctx, "unix", socket)
	}
	v := client{path: path}
	v.http.Transport = &http.Transport{DialContext: dial, DisableKeepAlives: true, ResponseHeaderTimeout: responseTimeout}
	conn, err := dial(context.Background(), "", "")
	if err != nil {
		return v, false
	}
	return v, conn.Close() == nil
}

func (v client) do(method, way string, body io.Reader) (*http.Response, error) {
	req, err := http.NewRequestWithContext(context.Background(), method, "http://inactivebot"+way, body)
	if err != nil {
		return nil, err
	}
	resp, err := v.http.Do(req)
	if err != nil {
		return nil, fmt.Errorf("ask the running bot: %w", err)
	}
	if resp.StatusCode == http.StatusOK {
		return resp, nil
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusNotFound && way != "/state" {
		return nil, storage.ErrNotFound
	}
	said, _ := io.ReadAll(io.LimitReader(resp.Body, 1<<10))
	return nil, fmt.Errorf("the running bot answered: %s", strings.TrimSpace(string(said)))
}

// fetchCopy fetches a copy into a file that has no name any more once it is open.
func (v client) fetchCopy() (*storage.Store, error) {
	resp, err := v.do(http.MethodGet, "/copy", http.NoBody)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	file, err := os.CreateTemp(filepath.Dir(v.path), filepath.Base(v.path)+".*.part")
	if err != nil {
		return nil, fmt.Errorf("read the database of the running bot: %w", err)
	}
	defer os.Remove(file.Name())
	_, err = io.Copy(file, resp.Body)
	if err = errors.Join(err, file.Close()); err != nil {
		return nil, fmt.Errorf("read the database of the running bot: %w", err)
	}
	return storage.OpenCopy(file.Name(), v.path)
}

func (v client) importList(list []storage.ExclusionEntry, apply bool) (done []storage.ImportResult, err error) {
	body, err := json.Marshal(list)
	if err != nil {
		return nil, err
	}
	resp, err := v.do(http.MethodPost, "/import?apply="+strconv.FormatBool(apply), bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	return done, json.NewDecoder(resp.Body).Decode(&done)
}

func (v client) forget(account string) error {
	resp, err := v.do(http.MethodPost, "/forget?account="+url.QueryEscape(account), http.NoBody)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

func (v client) state() (st state, err error) {
	resp, err := v.do(http.MethodGet, "/state", http.NoBody)
	if err != nil {
		return st, err
	}
	defer resp.Body.Close()
	return st, json.NewDecoder(resp.Body).Decode(&st)
}

// Inspect describes the database at path without changing it. One that a bot has
// open is described by that bot. The errors are those of [storage.Open].
func Inspect(path string) (storage.Info, error) {
	c, err := storage.DiskInfo(path)
	if err != nil || !c.Exists {
		return c, err
	}
	v, ok := dial(path)
	if !ok {
		return storage.Inspect(path)
	}
	st, err := v.state()
	c.Schema, c.PID = st.Schema, st.PID
	return c, err
}
