package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"inactivebot/atlassian"
	"inactivebot/bot/blocks"
	"inactivebot/bot/policy"
	"inactivebot/bot/problem"
	"inactivebot/bot/scan"
	"inactivebot/cmd/inactivebot/config"
	"inactivebot/storage"
	"inactivebot/storage/adminsocket"
)

type scanCommand struct {
	Output      string   `enum:"text,json,csv" default:"text" help:"text, json or csv."`
	ExcludeUser []string `help:"Account id or email to exclude; may be repeated." placeholder:"WHO"`
	DryRun      bool     `default:"true" negatable:"" help:"Accepted for compatibility; this command never suspends anyone."`
}

// scanned is the part of a scan that the printers need.
type scanned struct {
	client    *atlassian.Client
	org       string
	directory string
	policy    policy.Settings
	source    string // how activity was read; set at the end.
	now       time.Time
}

// printer prints a scan in one format: begin, then person for each person, then end.
type printer interface {
	begin(scanned) error
	person(scan.Result) error
	end(scanned) error
}

// Run prints the inactive people.
func (cmd scanCommand) Run(p *program) (err error) {
	if !cmd.DryRun {
		return errors.New("this command never suspends anyone: suspending happens in Slack, where an approver presses Suspend all. Omit --no-dry-run to see who would be listed")
	}
	c, err := config.Load(config.NeedAtlassian, p.sources)
	if err != nil {
		return err
	}
	if err := cmd.exclude(&c); err != nil {
		return err
	}
	store, err := existing(p, c.Database)
	if err != nil {
		return err
	}
	if store != nil {
		defer func() { err = errors.Join(err, store.Close()) }()
	}
	client, err := atlassianClient(c, nil)
	if err != nil {
		return err
	}
	return forPerson(cmd.scan(p, c, client, store))
}

// forPerson returns the error with a text for people. Errors without such a text
// are returned unchanged.
func forPerson(err error) error {
	if err == nil {
		return nil
	}
	if final := problem.AsFatal(err); final != nil {
		return final
	}
	if _, odd := errors.AsType[problem.AnswerError](err); odd || atlassian.KindOf(err) != 0 {
		return fmt.Errorf("the scan did not finish, so it has no result. %s", problem.Explain(err))
	}
	return err
}

// exclude adds the people of --exclude-user to the rules.
func (cmd scanCommand) exclude(c *config.Config) error {
	for _, who := range cmd.ExcludeUser {
		rule, err := policy.ParseRule(who)
		if err != nil || !rule.SingleAccount() {
			return config.Mistakes{{Setting: "--exclude-user", Problem: "must be an account id or an email; names are not unique", Where: "admin.atlassian.com → Directory → Users"}}
		}
		c.Exclude = append(c.Exclude, rule)
	}
	return nil
}

// existing opens the bot's database so that its exclusions apply. It returns nil if
// there is none or the running bot provides no copy.
func existing(p *program, path string) (*storage.Store, error) {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	store, err := adminsocket.Open(path)
	if _, locked := errors.AsType[storage.ErrLocked](err); locked {
		fmt.Fprintf(p.stderr, "Note: the exclusions in %s are ignored, because the running bot provides no copy.\n", path)
		return nil, nil
	}
	if err == nil {
		fmt.Fprintf(p.stderr, "Note: the exclusions in %s are applied.\n", path)
	}
	return store, err
}

func (cmd scanCommand) scan(p *program, c config.Config, client *atlassian.Client, store *storage.Store) error {
	dir, err := scan.FindDirectory(p.ctx, client, c.DirectoryID)
	if err != nil {
		return err
	}
	s := scanned{client: client, org: c.OrgID, directory: dir.ID, policy: policySettings(c), now: time.Now().UTC()}
	if store != nil {
		if s.policy, err = scan.WithStored(store, s.policy, s.now); err != nil {
			return err
		}
	}
	pass := scan.Scanner{Client: client, Directory: dir.ID, Policy: s.policy, Store: store}.Begin(s.now)
	out := cmd.printer(p)
	if err := out.begin(s); err != nil {
		return err
	}
	matches := scan.NewMatches(s.policy)
	progress := newProgress(p.stderr)
	defer progress.stop()
	for j, err := range pass.People(p.ctx) {
		if err != nil {
			return err
		}
		progress.add()
		matches.Add(j.User)
		if err := out.person(j); err != nil {
			return err
		}
	}
	progress.stop()
	s.source = pass.Source()
	return errors.Join(out.end(s), warnUnmatched(p.stderr, matches.Unmatched()))
}

// warnUnmatched names the rules and the entries of INACTIVEBOT_PROTECT that match
// no one.
func warnUnmatched(w io.Writer, u storage.Unmatched) error {
	for _, a := range blocks.UnmatchedAdvice(u) {
		if _, err := fmt.Fprintf(w, "Note: %s\n", a.Sentences()); err != nil {
			return err
		}
	}
	return nil
}

func (cmd scanCommand) printer(p *program) printer {
	switch cmd.Output {
	case "json":
		return &jsonPrinter{out: p.stdout}
	case "csv":
		return &csvPrinter{out: p.stdout}
	}
	return &textPrinter{out: p.stdout}
}
