package e2e

import (
	"bytes"
	endian "encoding/binary"
	"hash/crc32"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	bolt "go.etcd.io/bbolt"
)

// damagedTexts are the parts of the error for a damaged file.
var damagedTexts = []string{"database damaged", "The file is not used", "replace the file with a backup", "suspends no one until"}

// endsAtOnce keeps the race detector from waiting for a second at the end of
// each program.
const endsAtOnce = "GORACE=atexit_sleep_ms=0"

// TestDamagedDatabase starts the bot on damaged databases.
func TestDamagedDatabase(t *testing.T) {
	t.Parallel()
	h := newHistory(t)
	check := h.checkNoRequests()
	t.Run("unusable", h.refusesUnusable)
	t.Run("invalid path", h.refusesInvalidPath)
	t.Run("one bit", h.noticesFlippedBits)
	check()
	h.startsOnEmptyFile()
}

// refusesUnusable checks that the bot reports the damage, leaves the file and
// everyone's access unchanged, and ends.
func (h *history) refusesUnusable(t *testing.T) {
	tests := map[string]struct {
		file []byte
		want []string
	}{
		"one byte":           {h.file[:1], damagedTexts},
		"half a page":        {h.file[:2048], damagedTexts},
		"two pages":          {h.file[:8192], damagedTexts},
		"a third of it":      {h.file[:len(h.file)/3], damagedTexts},
		"half of it":         {h.file[:len(h.file)/2], damagedTexts},
		"the beginning gone": {h.file[4096:], damagedTexts},
		"zeros":              {make([]byte, len(h.file)), damagedTexts},
		"a text file":        {bytes.Repeat([]byte("These are notes about something else.\n"), 2000), damagedTexts},
		"a short text file":  {[]byte("hello\n"), damagedTexts},
		"an excluded person": {flip(t, h.file, h.listed[0]), damagedTexts},
		"a newer schema":     {h.withNewerSchema(), []string{"has schema 9", "supports only up to 3", "run the newer program", "backup"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			dir := h.dirWith(t, test.file)
			p := launch(t, dir, h.settings(endsAtOnce), "inactivebot", "serve")
			checkRefusal(t, p.waitExit(exitTimeout), p.out.String(), test.want...)
			if !bytes.Equal(h.read(h.database(dir)), test.file) {
				t.Error("the file was changed")
			}
		})
	}
}

// refusesInvalidPath checks that the bot does not create a database at an
// impossible path.
func (h *history) refusesInvalidPath(t *testing.T) {
	for name, path := range map[string]string{"no directory": "missing/inactivebot.db", "a directory": "inactivebot.db"} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.Mkdir(h.database(dir), 0o700); err != nil {
				t.Fatal(err)
			}
			p := launch(t, dir, h.settings("INACTIVEBOT_DATABASE="+path, endsAtOnce), "inactivebot", "serve")
			checkRefusal(t, p.waitExit(exitTimeout), p.out.String(), "cannot be opened", "directory", "INACTIVEBOT_DATABASE")
		})
	}
}

// flip returns the file with one bit flipped wherever it contains words.
func flip(t *testing.T, file []byte, words string) []byte {
	t.Helper()
	bad := bytes.ReplaceAll(file, []byte(words), append([]byte(words[:len(words)-1]), words[len(words)-1]^1))
	if bytes.Equal(bad, file) {
		t.Fatalf("%q is not in the database", words)
	}
	return bad
}

// withNewerSchema returns the database with the schema version of a later program.
func (h *history) withNewerSchema() []byte {
	h.t.Helper()
	path := h.database(h.dirWith(h.t, h.file))
	db, err := bolt.Open(path, 0o600, nil)
	if err != nil {
		h.t.Fatal(err)
	}
	sum := crc32.Checksum([]byte("metaschema9"), crc32.MakeTable(crc32.Castagnoli))
	err = db.Update(func(tx *bolt.Tx) error {
		return tx.Bucket([]byte("meta")).Put([]byte("schema"), append(endian.BigEndian.AppendUint32(nil, sum), '9'))
	})
	if err != nil {
		h.t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		h.t.Fatal(err)
	}
	return h.read(path)
}

// startsOnEmptyFile starts the bot on an empty file, which looks like a new
// installation: the bot says so, and the old report's buttons do nothing.
func (h *history) startsOnEmptyFile() {
	h.t.Helper()
	ada := h.addresses.Users.Approver
	if err := os.Truncate(h.database(h.dir), 0); err != nil {
		h.t.Fatal(err)
	}
	h.serve(lowCap...)
	h.until("the second greeting", func() bool { return h.greetings() == 2 })
	told := len(h.ephemeralTexts(ada))
	for _, action := range []string{"suspend_all", "exclude", "undo_batch"} {
		h.press(ada, action, map[string]string{"exclude": h.rows[2]}[action])
		told++
		h.until("the answer to "+action, func() bool { return len(h.ephemeralTexts(ada)) == told })
		if got := h.ephemeralTexts(ada)[told-1]; !containsAll(got, []string{"I don't have this report", "Nothing was changed"}) {
			h.t.Errorf("%s is answered with %q", action, got)
		}
	}
	h.checkSuspended(h.suspendedIDs)
}

// greetings returns the number of messages that announce a new installation and
// warn that an earlier database may be missing.
func (h *history) greetings() (n int) {
	h.t.Helper()
	for _, m := range h.messages() {
		if containsAll(m.all(), []string{"This is a new installation", "its database is missing", "restore the file"}) {
			n++
		}
	}
	return n
}

// noticesFlippedBits flips random bits of the database: either opening it
// fails, or its content reads as before.
func (h *history) noticesFlippedBits(t *testing.T) {
	export := func(file []byte) (code int, said string) {
		p := launch(t, h.dirWith(t, file), []string{endsAtOnce}, "inactivebot", "audit", "export")
		return p.waitExit(waitTimeout), p.out.String()
	}
	code, whole := export(h.file)
	if code != 0 || !strings.Contains(whole, `"action":"exclude"`) {
		t.Fatalf("exit code %d: %s", code, whole)
	}
	rng, noticed := rand.New(rand.NewPCG(3, 5)), 0
	for range 24 {
		bit := rng.IntN(8 * len(h.file))
		file := bytes.Clone(h.file)
		file[bit/8] ^= 1 << (bit % 8)
		if code, said := export(file); code != 0 {
			noticed++
			checkRefusal(t, code, said, damagedTexts...)
		} else if diff := cmp.Diff(whole, said); diff != "" {
			t.Errorf("bit %d of byte %d (-whole +flipped):\n%s", bit%8, bit/8, diff)
		}
	}
	if noticed == 0 {
		t.Error("none of the flipped bits was noticed")
	}
}
