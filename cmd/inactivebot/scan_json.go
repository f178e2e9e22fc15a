package main

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"inactivebot/bot/policy"
	"inactivebot/bot/scan"
)

// jsonPrinter streams one object: each person when read, then the candidates and
// the counts.
type jsonPrinter struct {
	out        io.Writer
	counts     map[policy.Lane]int
	candidates []jsonCandidate
	notFirst   bool
}

type jsonCandidate struct {
	AccountID      string `json:"account_id"`
	Name           string `json:"name"`
	Email          string `json:"email"`
	LastActive     string `json:"last_active"`
	DaysInactive   int    `json:"days_inactive"`
	ServiceAccount bool   `json:"service_account"`
	at             time.Time
}

type jsonUser struct {
	AccountID string        `json:"account_id"`
	Lane      policy.Lane   `json:"lane"`
	Reason    policy.Reason `json:"reason"`
}

func (j *jsonPrinter) begin(s scanned) error {
	j.counts, j.candidates = map[policy.Lane]int{}, []jsonCandidate{}
	for _, lane := range policy.Lanes {
		j.counts[lane] = 0
	}
	head, err := json.Marshal(struct {
		Organization string `json:"organization"`
		Directory    string `json:"directory"`
		Product      string `json:"product"`
		InactiveDays int    `json:"inactive_days"`
		Cutoff       string `json:"cutoff"`
	}{s.org, s.directory, s.policy.Product, s.policy.InactiveDays, s.policy.Cutoff(s.now).Format(time.RFC3339)})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(j.out, "%s,\n\"users\":[", head[:len(head)-1])
	return err
}

func (j *jsonPrinter) person(p scan.Result) error {
	d := p.Decision
	j.counts[d.Lane]++
	if d.Lane == policy.Inactive {
		j.candidates = append(j.candidates, jsonCandidate{
			p.User.AccountID, p.User.Name, p.User.Email, d.LastActive.Format(time.RFC3339), 0, d.ServiceAccount, d.LastActive,
		})
	}
	body, err := json.Marshal(jsonUser{p.User.AccountID, d.Lane, d.Reason})
	if err != nil {
		return err
	}
	comma := ""
	if j.notFirst {
		comma = ","
	}
	j.notFirst = true
	_, err = fmt.Fprintf(j.out, "%s\n%s", comma, body)
	return err
}

func (j *jsonPrinter) end(s scanned) error {
	for i, c := range j.candidates {
		j.candidates[i].DaysInactive = int(s.now.Sub(c.at) / (24 * time.Hour))
	}
	tail, err := json.Marshal(struct {
		Candidates []jsonCandidate     `json:"candidates"`
		Counts     map[policy.Lane]int `json:"counts"`
		Source     string              `json:"source"`
		Requests   int                 `json:"requests"`
	}{j.candidates, j.counts, s.source, s.client.Requests()})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(j.out, "],\n%s\n", tail[1:])
	return err
}
