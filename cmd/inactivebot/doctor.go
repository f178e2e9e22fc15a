package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"inactivebot/bot/doctor"
	"inactivebot/cmd/inactivebot/config"
)

type doctorCommand struct {
	Output string `enum:"text,json" default:"text" help:"text or json."`
}

// errUnsound reports that a check failed. The checks have been printed already.
var errUnsound = errors.New("fix the items marked ✗, then run doctor again")

// Run checks the whole installation and changes nothing.
func (cmd doctorCommand) Run(p *program) error {
	all, err := examine(p)
	if err != nil {
		return err
	}
	if err := cmd.print(p.stdout, all); err != nil {
		return err
	}
	if !doctor.Sound(all) {
		return errUnsound
	}
	return nil
}

// examine runs every check. If settings are wrong it returns only those mistakes,
// because all other checks depend on the settings.
func examine(p *program) (all []doctor.Check, err error) {
	c, err := config.Load(config.NeedEverything, p.sources)
	if mistakes, ok := errors.AsType[config.Mistakes](err); ok {
		for _, m := range mistakes {
			all = append(all, doctor.Check{Name: "settings", Verdict: doctor.VerdictFailed, Said: m.Setting + " " + m.Problem + ".", Fix: m.Source()})
		}
		return all, nil
	}
	if err != nil {
		return nil, err
	}
	client, err := atlassianClient(c, nil)
	if err != nil {
		return nil, err
	}
	defer client.Close()
	d := doctor.Doctor{
		Settings: settings(c).DoctorOptions(), Atlassian: client, APIKeyExpires: c.APIKeyExpires, Database: c.Database, Slack: slackConfig(c),
	}
	return d.Checks(p.ctx), nil
}

// signs mark the verdicts on the terminal.
var signs = map[doctor.Verdict]string{doctor.VerdictOK: "✓", doctor.VerdictWarning: "!", doctor.VerdictFailed: "✗"}

func (cmd doctorCommand) print(w io.Writer, all []doctor.Check) error {
	if cmd.Output == "json" {
		out := json.NewEncoder(w)
		out.SetIndent("", "  ")
		out.SetEscapeHTML(false)
		return out.Encode(map[string]any{"ok": doctor.Sound(all), "checks": all})
	}
	for _, c := range all {
		line := signs[c.Verdict] + " " + c.Name + ": " + c.Said
		if c.Fix != "" {
			line += " To do: " + c.Fix + "."
		}
		if _, err := fmt.Fprintln(w, line); err != nil {
			return err
		}
	}
	return nil
}
