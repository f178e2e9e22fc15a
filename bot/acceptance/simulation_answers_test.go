package acceptance_test

import (
	"time"

	"inactivebot/atlassian/atlassiantest"
	"inactivebot/storage"
)

// answersDiffer makes Atlassian answer in one of the ways that its documents leave
// open: reads of the past, filters that are ignored or find no one, other letters,
// and fields that are left out.
func (h *history) answersDiffer(a act) {
	n := 1 + a.on%4
	fields := []string{"addedToOrg", "managementSource", "platformRoles", "status"}
	changes := []func(){
		func() { h.readsThePast(a, n) },
		func() { h.readsThePast(a, 3*n) },
		func() { h.configure(atlassiantest.OrgSettings{HideSuspended: new(true)}) },
		func() { h.configure(atlassiantest.OrgSettings{StatusCase: new("upper")}) },
		func() { h.configure(atlassiantest.OrgSettings{IgnoreFilters: []string{"accountIds"}}) },
		func() { h.configure(atlassiantest.OrgSettings{IgnoreFilters: []string{"roleIds", "groupIds"}}) },
		func() { h.configure(atlassiantest.OrgSettings{EmptyFilters: []string{"roleIds"}}) },
		func() { h.configure(atlassiantest.OrgSettings{RestoreActive: new(409)}) },
		func() { h.configure(atlassiantest.OrgSettings{Omit: []string{fields[a.on%4]}}) },
		func() { h.configure(atlassiantest.OrgSettings{Expand: "refused"}) },
		func() { h.leavesOut(h.anyone(a), fields[a.on%4]) },
		func() { h.leavesOut(h.anyone(a), "platformRoles") },
	}
	changes[a.how%len(changes)]()
}

func (h *history) approvesAnswersDiffer(a act) {
	h.answersDiffer(a)
	h.approves(a)
}

// restoresReadsOld restores a person whom the next reads show as active already.
func (h *history) restoresReadsOld(a act) {
	h.readsThePast(a, 1+a.on%4)
	h.confirms(a, "restore")
}

func (h *history) configure(o atlassiantest.OrgSettings) { h.must(h.org.Configure(o)) }

// replicaLag is how long reads may show the past.
const replicaLag = 8 * time.Minute

// readsThePast lets the next reads of one person show the status before the last
// suspension or restoration, for some minutes.
func (h *history) readsThePast(a act, reads int) {
	who := h.anyone(a)
	if ours := h.suspended(); len(ours) > 0 {
		who = ours[a.how%len(ours)]
	}
	time.AfterFunc(replicaLag, func() { _ = h.org.Configure(atlassiantest.OrgSettings{ReadLag: []atlassiantest.ReadLag{}}) })
	p, ok := h.org.Person(who)
	switch {
	case !ok:
	case p.Suspended:
		h.configure(atlassiantest.OrgSettings{ReadLag: []atlassiantest.ReadLag{{AccountID: who, Status: "active", Reads: reads}}})
	case p.Restores > 0:
		h.configure(atlassiantest.OrgSettings{ReadLag: []atlassiantest.ReadLag{{AccountID: who, Status: "suspended", Reads: reads}}})
	}
}

// leavesOut leaves a field of one person out of all answers. Without the field that
// tells who manages the account, a person counts as not managed.
func (h *history) leavesOut(account, field string) {
	if field == "managementSource" {
		return
	}
	h.org.ChangePerson(account, func(p *atlassiantest.Person) { p.Omit = []string{field} })
}

// answersAgree ends what [history.answersDiffer] began.
func (h *history) answersAgree() {
	h.configure(atlassiantest.OrgSettings{
		HideSuspended: new(false), StatusCase: new(""), IgnoreFilters: []string{}, EmptyFilters: []string{}, RestoreActive: new(0),
		Omit: []string{}, Expand: "ok", ReadLag: []atlassiantest.ReadLag{},
	})
	for _, account := range h.people {
		if p, ok := h.org.Person(account); ok && len(p.Omit) > 0 {
			h.org.ChangePerson(account, func(p *atlassiantest.Person) { p.Omit = nil })
		}
	}
}

// judgeRestores: a restore is always sent, so a request arrives between the decision
// and the record that the person is restored; and it is sent at most three times.
// Requests that were rejected because of the rate limit are not counted.
func (h *history) judgeRestores() {
	decided := map[string]time.Time{}
	for _, l := range h.lines {
		switch l.Action {
		case "restore":
			decided[l.Account] = l.At
		case "restored", "not restored":
			n := h.restoreRequestsBetween(l.Account, decided[l.Account], l.At)
			if n == 0 || n > 3+h.deaths {
				h.note("%s is %s after %d requests", l.Account, l.Action, n)
			}
		}
	}
}

func (h *history) restoreRequestsBetween(account string, from, until time.Time) (n int) {
	for _, e := range h.org.Requests().Events {
		if e.Route == "POST restore" && e.AccountID == account && e.Status != 429 && !e.At.Before(from) && !e.At.After(until) {
			n++
		}
	}
	return n
}

// managedDoesNotMatter reports whether approvers have overridden the lock of a
// report in whose scan Atlassian did not tell who manages accounts.
func (h *history) managedDoesNotMatter(store *storage.Store, claim storage.AuditEntry) bool {
	r, err := store.Report(claim.Report)
	h.must(err)
	sc, err := store.Scan(r.ScanID)
	h.must(err)
	return len(sc.Locks) > 0 && sc.Overridden
}
