package storage

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"
	"pgregory.net/rapid"
)

// TestMachine makes random decisions on a database and on a model of it. After
// each one it compares the results and the stored state. Sometimes it reopens
// the database.
func TestMachine(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		path := filepath.Join(dir, "bot.db")
		m := &machine{model: newModel(), s: reopen(t, path)}
		defer func() {
			must(t, m.s.Close())
			must(t, os.Remove(path))
		}()
		m.publish(t)
		t.Repeat(map[string]func(*rapid.T){
			"":               m.check,
			"publish":        m.publish,
			"expire":         m.expire,
			"approve":        m.approve,
			"exclude":        m.exclude,
			"include":        m.include,
			"claim":          m.claim,
			"claim next":     m.claimNext,
			"skip":           m.skip,
			"fail":           m.fail,
			"confirm":        m.confirm,
			"retry":          m.retry,
			"give up":        m.giveUp,
			"stop":           m.stop,
			"resume":         m.resume,
			"close":          m.close,
			"restore":        m.restore,
			"undo":           m.undo,
			"restored":       m.restored,
			"restore failed": m.restoreFailed,
			"read":           m.read,
			"pause":          m.pause,
			"post":           m.post,
			"advance time":   m.advance,
			"reopen":         m.reopen,
		})
	})
}

// machine drives a database and its model together.
type machine struct {
	*model
	s          *Store
	hash       []string // by report, at publication.
	auditCount int      // audit entries so far.
}

// accountPool is small, so that the same person is in several reports.
var accountPool = names(5)

func anyAccount() *rapid.Generator[string] { return rapid.SampledFrom(accountPool) }

func anyApprover() *rapid.Generator[string] { return rapid.SampledFrom([]string{ada, bob}) }

// randomStep returns nil before the first approval. Actions on nil do nothing.
func (m *machine) randomStep(t *rapid.T) (*modelStep, Step) {
	if len(m.batches) == 0 {
		return nil, Step{}
	}
	b := rapid.SampledFrom(m.batches).Draw(t, "batch")
	if rapid.IntRange(0, 3).Draw(t, "last batch?") > 0 {
		b = m.batches[len(m.batches)-1]
	}
	st := m.step(b.report, rapid.SampledFrom(b.who).Draw(t, "step"))
	return st, Step{ReportID: st.report, AccountID: st.account}
}

func (m *machine) randomBatch(t *rapid.T) *modelBatch {
	if len(m.batches) == 0 {
		return nil
	}
	return rapid.SampledFrom(m.batches).Draw(t, "batch")
}

func (m *machine) publish(t *rapid.T) {
	members := rapid.SliceOfNDistinct(anyAccount(), 0, len(accountPool), rapid.ID).Draw(t, "members")
	slices.Sort(members) // the order of the ranks.
	slot := fmt.Sprint("slot ", rapid.IntRange(0, 30).Draw(t, "slot"))
	before := len(m.reports)
	m.model.publish(slot, members)
	r, created, err := m.s.Publish(scanned(t, m.s, m.now, members...), slot, week)
	must(t, err)
	if created != (len(m.reports) > before) || r.Slot != slot {
		t.Fatalf("created is %t for %+v", created, r)
	}
	if created {
		m.hash = append(m.hash, r.Hash)
	}
}

func (m *machine) expire(t *rapid.T) {
	m.model.expire()
	must(t, m.s.Expire(m.now))
}

func (m *machine) approve(t *rapid.T) {
	r := m.reports[len(m.reports)-1]
	if rapid.IntRange(0, 5).Draw(t, "older?") == 0 {
		r = rapid.SampledFrom(m.reports).Draw(t, "report")
	}
	people := r.members
	if rapid.IntRange(0, 3).Draw(t, "part?") == 0 {
		people = rapid.SliceOf(anyAccount()).Draw(t, "people")
	}
	d := Decision{ReportID: r.id, Hash: m.hash[r.id-1], By: anyApprover().Draw(t, "by"), At: m.now, People: people, Cap: rapid.SampledFrom([]int{50, 50, 3, 1}).Draw(t, "cap")}
	same := rapid.IntRange(0, 9).Draw(t, "changed?") > 0
	if !same {
		d.Hash = "another"
	}
	b, err := m.s.Approve(d)
	wantCause(t, err, m.model.approve(r.id, d.By, people, d.Cap, same))
	if err == nil && b.People != len(m.batch(b.ID).who) {
		t.Fatalf("the batch is for %d people, want %v", b.People, m.batch(b.ID).who)
	}
}

func (m *machine) exclude(t *rapid.T) {
	e := Exclusion{AccountID: anyAccount().Draw(t, "who"), By: anyApprover().Draw(t, "by"), Since: m.now}
	if rapid.Bool().Draw(t, "ends") {
		e.Until = m.now.Add(48 * time.Hour)
	}
	want := Cause("")
	if have := m.excluded[e.AccountID]; have.Holds(m.now) && (e.Until.IsZero() || have.Until.Equal(e.Until)) {
		want = CauseAlready
	} else {
		m.excluded[e.AccountID] = e
	}
	wantCause(t, m.s.Exclude(e), want)
}

func (m *machine) include(t *rapid.T) {
	who, want := anyAccount().Draw(t, "who"), Cause("")
	if !m.holds(who) {
		want = CauseAlready
	} else {
		delete(m.excluded, who)
	}
	wantCause(t, m.s.Include(who, ada, m.now), want)
}

func (m *machine) claim(t *rapid.T) {
	want, st := m.randomStep(t)
	if want == nil {
		return
	}
	m.claimStep(t, want, st)
}

func (m *machine) claimNext(t *rapid.T) {
	b := m.randomBatch(t)
	if b == nil {
		return
	}
	st, ok, err := m.s.NextStep(Batch{ID: b.id, ReportID: b.report})
	must(t, err)
	if !ok {
		return
	}
	m.claimStep(t, m.step(st.ReportID, st.AccountID), st)
}

func (m *machine) claimStep(t *rapid.T, want *modelStep, st Step) {
	excluded := m.holds(st.AccountID)
	have, err := m.s.Claim(st, rulesNow(m.s), nil, m.now)
	wantCause(t, err, m.model.claim(want))
	if err == nil && (have.State != StepClaimed || excluded) {
		t.Fatalf("claimed %+v, excluded: %t", have, excluded)
	}
}

func (m *machine) skip(t *rapid.T) {
	want, st := m.randomStep(t)
	if want == nil {
		return
	}
	wantCause(t, m.s.Skip(st, "active", nil, m.now), m.model.skip(want))
}

func (m *machine) fail(t *rapid.T) {
	want, st := m.randomStep(t)
	if want == nil {
		return
	}
	wantCause(t, m.s.Fail(st, "forbidden", m.now), m.model.fail(want))
}

func (m *machine) confirm(t *rapid.T) {
	want, st := m.randomStep(t)
	if want == nil {
		return
	}
	wantCause(t, m.s.Confirm(st, m.now), m.model.confirm(want))
}

func (m *machine) retry(t *rapid.T) {
	want, st := m.randomStep(t)
	if want == nil {
		return
	}
	wantCause(t, m.s.Retry(st, m.now), m.model.retry(want))
}

func (m *machine) giveUp(t *rapid.T) {
	want, st := m.randomStep(t)
	if want == nil {
		return
	}
	active := rapid.Bool().Draw(t, "read as active")
	wantCause(t, m.s.GiveUp(st, active, m.now), m.model.giveUp(want, active))
}

func (m *machine) stop(t *rapid.T) {
	b := m.randomBatch(t)
	if b == nil {
		return
	}
	wantCause(t, m.s.Stop(b.id, ada, "", m.now), m.transition(b, BatchRunning, BatchStopped, ReportStopped))
}

func (m *machine) resume(t *rapid.T) {
	b := m.randomBatch(t)
	if b == nil {
		return
	}
	wantCause(t, m.s.Resume(b.id, ada, m.now), m.transition(b, BatchStopped, BatchRunning, ReportExecuting))
}

func (m *machine) close(t *rapid.T) {
	b := m.randomBatch(t)
	if b == nil {
		return
	}
	wantCause(t, m.s.CloseBatch(b.id, ada, m.now), m.model.close(b))
}

func (m *machine) restore(t *rapid.T) {
	who := anyAccount().Draw(t, "who")
	_, err := m.s.Restore(who, ada, m.now)
	wantCause(t, err, m.model.restore(who))
}

func (m *machine) undo(t *rapid.T) {
	b := m.randomBatch(t)
	if b == nil {
		return
	}
	n, err := m.s.Undo(b.id, ada, m.now)
	want, cause := m.model.undo(b)
	if wantCause(t, err, cause); n != want {
		t.Fatalf("undone %d, want %d", n, want)
	}
}

func (m *machine) restored(t *rapid.T) {
	want, st := m.randomStep(t)
	if want == nil {
		return
	}
	wantCause(t, m.s.MarkRestored(st, m.now), m.change(want, StepRestored, StepRestoring))
}

func (m *machine) restoreFailed(t *rapid.T) {
	want, st := m.randomStep(t)
	if want == nil {
		return
	}
	wantCause(t, m.s.MarkRestoreFailed(st, "no_licence", m.now), m.model.restoreFailed(want))
}

// read lets a scan read a person as active or off.
func (m *machine) read(t *rapid.T) {
	who, off := anyAccount().Draw(t, "who"), rapid.Bool().Draw(t, "off")
	row := Row{AccountID: who, Lane: "active", CanLogIn: true}
	if off {
		row = Row{AccountID: who, Lane: LaneAlreadyOff}
	}
	sc, err := m.s.BeginScan(Scan{By: Bot, StartedAt: m.now})
	must(t, err)
	must(t, m.s.AddRows(sc.ID, ScanChunk{Rows: []Row{row}, At: m.now}))
	m.model.read(who, off, m.now)
}

func (m *machine) pause(t *rapid.T) {
	m.paused = rapid.IntRange(0, 2).Draw(t, "paused") == 0
	paused(t, m.s, m.paused)
}

// post records a post of the current or the previous version of a report.
func (m *machine) post(t *rapid.T) {
	r, err := m.s.Report(rapid.SampledFrom(m.reports).Draw(t, "report").id)
	must(t, err)
	version := r.Version - rapid.Uint64Range(0, 1).Draw(t, "late by")
	must(t, m.s.MarkPosted(r.ID, version, Message{Channel: "C1", TS: "1.2"}))
}

func (m *machine) advance(t *rapid.T) {
	m.now = m.now.Add(rapid.SampledFrom([]time.Duration{time.Minute, 10 * time.Minute, time.Hour, CapWindow, 4 * 24 * time.Hour}).Draw(t, "time"))
}

func (m *machine) reopen(t *rapid.T) {
	must(t, m.s.Close())
	m.s = reopen(t, m.s.Path())
}

// check compares the database with the model and with itself.
func (m *machine) check(t *rapid.T) {
	checkConsistent(t, m.s)
	for _, want := range m.reports {
		r := wantReport(t, m.s, want.id, want.state)
		if r.BatchID != want.batch || r.Hash != m.hash[want.id-1] || r.Candidates != len(want.members) {
			t.Errorf("report %+v, want %+v", r, want)
		}
	}
	stepsStored := 0
	for _, want := range m.batches {
		have, err := m.s.Steps(wantBatch(t, m.s, want.id, want.state))
		must(t, err)
		stepsStored += len(have)
		for i, st := range have {
			if w := m.step(want.report, want.who[i]); st.AccountID != w.account || st.State != w.state || st.EndsAs != w.ending || st.Unclear() != w.unclear || !st.ClaimedAt.Equal(w.claimed) {
				t.Errorf("step %+v, want %+v", st, w)
			}
		}
	}
	if stepsStored != len(m.steps) {
		t.Errorf("%d steps are stored, want %d", stepsStored, len(m.steps))
	}
	m.checkCap(t)
	m.checkLog(t)
}

func (m *machine) checkCap(t *rapid.T) {
	for _, by := range []string{ada, bob} {
		used, _, err := m.s.CapUsed(by, m.now)
		if must(t, err); used != m.capUsed(by) {
			t.Errorf("%s has used %d, want %d", by, used, m.capUsed(by))
		}
	}
}

// checkLog checks that the audit log never gets shorter.
func (m *machine) checkLog(t *rapid.T) {
	must(t, m.s.db.View(func(tx *bolt.Tx) error {
		n := len(readTable(tx, audit))
		if n < m.auditCount {
			t.Errorf("the audit log has %d entries and had %d", n, m.auditCount)
		}
		m.auditCount = n
		return nil
	}))
}
