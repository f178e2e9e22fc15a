package main

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"inactivebot/cmd/inactivebot/config"
	"inactivebot/storage"
)

type auditCommand struct {
	Verify auditVerify `cmd:"" help:"Check that no line was changed, removed or added."`
	Export auditExport `cmd:"" help:"Print the audit log."`
}

type auditVerify struct {
	Head string `help:"A hash from the small print of a Slack message; the log must contain it." placeholder:"HASH"`
}

// Run verifies the hash chain of the audit log.
func (cmd auditVerify) Run(p *program) (err error) {
	store, err := openDatabase(p)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	lines, err := store.VerifyAudit(cmd.Head)
	if err != nil {
		return err
	}
	counted := fmt.Sprintf("%d lines", lines)
	if lines == 1 {
		counted = "1 line"
	}
	_, err = fmt.Fprintf(p.stdout, "The audit log is intact: %s.\n", counted)
	return err
}

type auditExport struct {
	Format string `enum:"jsonl,csv" default:"jsonl" help:"jsonl or csv."`
	Since  string `help:"Only lines since this day." placeholder:"YYYY-MM-DD"`
}

// Run prints the lines, oldest first.
func (cmd auditExport) Run(p *program) (err error) {
	since, err := cmd.since()
	if err != nil {
		return err
	}
	store, err := openDatabase(p)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	if cmd.Format == "csv" {
		return exportCSV(p, store, since)
	}
	out := json.NewEncoder(p.stdout)
	for line, err := range store.AuditLog(since) {
		if err != nil {
			return err
		}
		if err := out.Encode(line); err != nil {
			return err
		}
	}
	return nil
}

func (cmd auditExport) since() (time.Time, error) {
	if cmd.Since == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.DateOnly, cmd.Since)
	if err != nil {
		return t, config.Mistakes{{Setting: "--since", Problem: "must be a date in the form YYYY-MM-DD", Where: "your choice"}}
	}
	return t, nil
}

func exportCSV(p *program, store *storage.Store, since time.Time) error {
	out := csv.NewWriter(p.stdout)
	if err := out.Write([]string{"seq", "at", "actor", "action", "account", "report", "batch", "outcome", "detail", "text", "prev", "hash"}); err != nil {
		return err
	}
	for l, err := range store.AuditLog(since) {
		if err != nil {
			return err
		}
		if err := out.Write([]string{
			strconv.FormatUint(l.Seq, 10), l.At.Format(time.RFC3339Nano), l.Actor, l.Action, l.Account, idOrEmpty(l.Report), idOrEmpty(l.Batch),
			l.Outcome, details(l.Detail), l.Text, l.Prev, l.Hash,
		}); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func idOrEmpty(n uint64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatUint(n, 10)
}

func details(all map[string]string) string {
	var parts []string
	for _, key := range slices.Sorted(maps.Keys(all)) {
		parts = append(parts, key+"="+all[key])
	}
	return strings.Join(parts, "; ")
}
