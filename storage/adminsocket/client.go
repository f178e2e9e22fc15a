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

	Warnings  []storage.Warning `json:"warnings,omitempty"`
	Unmatched storage.Unmatched `json:"unmatched,omitzero"`
}

// Open opens a database for reading. If the bot is running, it sends a
// consistent copy, and anything written to the copy is lost. The errors are
// those of [storage.Open]; it is [storage.ErrLocked] if the process with the
// file open sends no copy.
func Open(path string) (*storage.Store, error) {
	if bot, ok := dial(path); ok {
		return bot.fetchCopy()
	}
	s, err := storage.Open(path)
	if _, locked := errors.AsType[storage.ErrLocked](err); !locked {
		return s, err
	}
	if bot, ok := dial(path); ok { // the bot may have just started to listen.
		return bot.fetchCopy()
	}
	if n := len(socketPath(path)); n > maxSocketPath {
		return nil, errors.Join(err, ErrSocket{Path: socketPath(path), Cause: pathTooLong(n)})
	}
	return nil, err
}

// Import imports a list into the database at path, through the running bot if
// there is one. See [storage.Store.Import].
func Import(path string, list []storage.ExclusionEntry, apply bool, now time.Time) (done []storage.ImportResult, err error) {
	if bot, ok := dial(path); ok {
		return bot.importList(list, apply)
	}
	s, err := storage.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return s.Import(list, apply, now)
}

// Forget deletes a person from the database at path, through the running bot if
// there is one. See [storage.Store.Forget].
func Forget(path, account string, now time.Time) (err error) {
	if bot, ok := dial(path); ok {
		return bot.forget(account)
	}
	s, err := storage.Open(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return s.Forget(account, storage.Bot, now)
}

// client sends requests to the running bot.
type client struct {
	path string // the path of the database.
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
	c := client{path: path}
	c.http.Transport = &http.Transport{DialContext: dial, DisableKeepAlives: true, ResponseHeaderTimeout: responseTimeout}
	conn, err := dial(context.Background(), "", "")
	if err != nil {
		return c, false
	}
	return c, conn.Close() == nil
}

func (c client) do(method, route string, body io.Reader) (*http.Response, error) {
	req, err := http.NewRequestWithContext(context.Background(), method, "http://inactivebot"+route, body)
	if err != nil {
		return nil, err
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, fmt.Errorf("send a request to the running bot: %w", err)
	}
	if resp.StatusCode == http.StatusOK {
		return resp, nil
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusNotFound && route != "/state" {
		return nil, storage.ErrNotFound
	}
	message, _ := io.ReadAll(io.LimitReader(resp.Body, 1<<10))
	return nil, fmt.Errorf("the running bot returned an error: %s", strings.TrimSpace(string(message)))
}

// fetchCopy downloads a copy into a file and opens it. It deletes the name of
// the file, which stays readable until it is closed.
func (c client) fetchCopy() (*storage.Store, error) {
	resp, err := c.do(http.MethodGet, "/copy", http.NoBody)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	file, err := os.CreateTemp(filepath.Dir(c.path), filepath.Base(c.path)+".*.part")
	if err != nil {
		return nil, fmt.Errorf("read the database of the running bot: %w", err)
	}
	defer os.Remove(file.Name())
	_, err = io.Copy(file, resp.Body)
	if err = errors.Join(err, file.Close()); err != nil {
		return nil, fmt.Errorf("read the database of the running bot: %w", err)
	}
	return storage.OpenCopy(file.Name(), c.path)
}

func (c client) importList(list []storage.ExclusionEntry, apply bool) (done []storage.ImportResult, err error) {
	body, err := json.Marshal(list)
	if err != nil {
		return nil, err
	}
	resp, err := c.do(http.MethodPost, "/import?apply="+strconv.FormatBool(apply), bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	return done, json.NewDecoder(resp.Body).Decode(&done)
}

func (c client) forget(account string) error {
	resp, err := c.do(http.MethodPost, "/forget?account="+url.QueryEscape(account), http.NoBody)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

func (c client) state() (st state, err error) {
	resp, err := c.do(http.MethodGet, "/state", http.NoBody)
	if err != nil {
		return st, err
	}
	defer resp.Body.Close()
	return st, json.NewDecoder(resp.Body).Decode(&st)
}

// Inspect describes the database at path without changing it. A running bot
// describes its own database. The errors are those of [storage.Open].
func Inspect(path string) (storage.Info, error) {
	info, err := storage.DiskInfo(path)
	if err != nil || !info.Exists {
		return info, err
	}
	bot, ok := dial(path)
	if !ok {
		return storage.Inspect(path)
	}
	st, err := bot.state()
	info.Schema, info.PID, info.Warnings, info.Unmatched = st.Schema, st.PID, st.Warnings, st.Unmatched
	return info, err
}
