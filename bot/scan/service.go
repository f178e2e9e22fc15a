package scan

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"inactivebot/atlassian"
	"inactivebot/bot/logging"
	"inactivebot/bot/policy"
	"inactivebot/bot/problem"
	"inactivebot/storage"
)

// Options contains the settings of a [Service].
type Options struct {
	Policy      policy.Settings
	ReportTTL   time.Duration // how long a report is open for decisions.
	DirectoryID string        // empty: the only directory.
}

// Service scans the directory and stores the results as reports. One scan runs at
// a time.
type Service struct {
	// ApproverEmails returns the emails of the approvers, who are protected.
	ApproverEmails func(context.Context) []string
	// IsApprover reports whether an email is an approver's, just before a
	// suspension. An error means that this is not known now.
	IsApprover func(context.Context, string) (bool, error)
	// AfterReport is called with the id of each new report.
	AfterReport func(context.Context, uint64)

	store   *storage.Store
	client  *atlassian.Client
	options Options

	running     sync.Mutex // held by the running scan.
	progress    progress
	directoryMu sync.Mutex
	directoryID string // guarded by directoryMu; empty until found.
}

// New returns a service whose ApproverEmails, IsApprover and AfterReport must be set
// before it is used.
func New(store *storage.Store, client *atlassian.Client, o Options) *Service {
	return &Service{store: store, client: client, options: o}
}

// ErrRunning is returned for a scan that is not started because another one is
// running.
var ErrRunning = errors.New("a scan is already running")

// Run scans the directory and stores a report for the slot. It fails with
// [ErrRunning] while another scan runs. If the whole directory cannot be read,
// there is no new report, and the last one remains current.
func (s *Service) Run(ctx context.Context, by, slot string, days int) (storage.Report, error) {
	if !s.running.TryLock() {
		return storage.Report{}, ErrRunning
	}
	defer s.running.Unlock()
	ctx = logging.WithRequestID(ctx)
	scanner, err := s.scanner(ctx, days)
	if err != nil {
		return storage.Report{}, err
	}
	sc, err := s.store.BeginScan(storage.Scan{
		By: by, StartedAt: time.Now().UTC(), Product: scanner.Policy.Product, Sites: scanner.Policy.Sites, Source: storage.SourceSearch,
		DirectoryID: scanner.Directory, InactiveDays: scanner.Policy.InactiveDays,
	})
	if err != nil {
		return storage.Report{}, err
	}
	zerolog.Ctx(ctx).Info().Uint64("scan", sc.ID).Str("by", by).Msg("scan started")
	s.progress.set(sc.StartedAt, 0)
	defer s.progress.set(time.Time{}, 0)
	before := s.client.Requests()
	pass := scanner.Begin(sc.StartedAt)
	matches, err := s.readAll(ctx, pass, sc)
	sc.Source, sc.OrgAdmin = pass.Source(), pass.OrgAdmin()
	if err == nil {
		found := matches.Unmatched()
		sc.RuleMatches, sc.UnmatchedRules, sc.Protect = matches.rules, found.Rules, found.Protect
		err = s.readUnlisted(ctx, sc)
	}
	if err == nil {
		sc.Locks, err = s.locks(ctx, pass, sc)
	}
	sc.EndedAt, sc.Requests = time.Now().UTC(), s.client.Requests()-before
	s.logLocks(ctx, sc)
	if err != nil {
		sc.Problem = problem.Code(err)
		return storage.Report{}, errors.Join(err, s.store.EndScan(sc))
	}
	report, _, err := s.store.Publish(sc, slot, s.options.ReportTTL)
	if err == nil {
		err = s.store.EndIncident(time.Now().UTC())
	}
	if err != nil {
		return storage.Report{}, err
	}
	s.AfterReport(ctx, report.ID)
	zerolog.Ctx(ctx).Info().Uint64("scan", sc.ID).Uint64("report", report.ID).Int("candidates", report.Candidates).Int("requests", sc.Requests).Msg("report stored")
	return report, nil
}

// scanner returns a scanner with the current rules.
func (s *Service) scanner(ctx context.Context, days int) (Scanner, error) {
	dir, err := s.DirectoryID(ctx)
	if err != nil {
		return Scanner{}, err
	}
	p, err := s.policyNow(ctx, days)
	if err != nil {
		return Scanner{}, err
	}
	return Scanner{Client: s.client, Directory: dir, Policy: p, Store: s.store}, nil
}

// readAll decides about everyone and stores the result chunk by chunk. It
// returns whom the rules and the entries of INACTIVEBOT_PROTECT matched.
func (s *Service) readAll(ctx context.Context, p *Pass, sc storage.Scan) (*Matches, error) {
	matches := NewMatches(p.Policy)
	seen, people := storage.ScanChunk{}, 0
	flush := func() error {
		people += len(seen.Rows)
		s.progress.set(sc.StartedAt, people)
		seen.At, seen.Protected = time.Now().UTC(), matches.protected()
		err := s.store.AddRows(sc.ID, seen)
		seen = storage.ScanChunk{}
		return err
	}
	for j, err := range p.People(ctx) {
		if err != nil {
			return nil, err
		}
		matches.Add(j.User)
		seen.Rows, seen.People = append(seen.Rows, j.Row()), append(seen.People, j.Person())
		if j.RestoredElsewhere {
			seen.RestoredElsewhere = append(seen.RestoredElsewhere, j.User.AccountID)
		}
		if len(seen.Rows) == chunk {
			if err := flush(); err != nil {
				return nil, err
			}
		}
	}
	return matches, flush()
}
