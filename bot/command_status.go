package bot

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"inactivebot/bot/blocks"
	"inactivebot/storage"
)

// commandStatus says whether the bot runs; to approvers, how.
func (b *Bot) commandStatus(ctx context.Context, p press) reply {
	text := "inactivebot is running. Next report: " + blocks.Local(b.nextReport()) + "."
	if b.approvers.judge(ctx, p.user) != allowed {
		return b.say(p, text)
	}
	more, err := b.statusLines(ctx)
	if err != nil {
		return b.outcome(ctx, p, err)
	}
	return b.say(p, strings.Join(append([]string{text}, more...), "\n"))
}

func (b *Bot) statusLines(ctx context.Context) ([]string, error) {
	sc, scanned, errScan := b.store.LastScan()
	pause, paused, errPause := b.store.Paused()
	ours, errOurs := b.store.Suspended(0)
	if err := errors.Join(errScan, errPause, errOurs); err != nil {
		return nil, err
	}
	lines := []string{fmt.Sprintf("Looks for: people who have not used %s for %d days.", blocks.Product(b.settings.Policy.Product), b.settings.Policy.InactiveDays)}
	if scanned {
		lines = append(lines, fmt.Sprintf("Last scan: %s, %d inactive. %s", blocks.Local(sc.EndedAt), sc.Candidates(), methodText(sc)))
		if len(sc.UnmatchedRules) > 0 {
			lines = append(lines, "Rules that match nobody: "+blocks.Escape(strings.Join(sc.UnmatchedRules, ", "))+". Is there a typing mistake?")
		}
	}
	if running := b.reading.text(sc.People); running != "" {
		lines = append(lines, running)
	}
	lines = append(lines, fmt.Sprintf("Suspended by this bot: %s.", blocks.People(len(ours))))
	if paused {
		lines = append(lines, fmt.Sprintf("Suspensions are paused by %s since %s.", blocks.Mention(pause.By), blocks.Local(pause.At)))
	}
	if c, in, err := b.store.NoChannel(); err != nil {
		return nil, err
	} else if in {
		lines = append(lines, blocks.NoChannel(b.settings.Channel, c.Code, c.Since).Text)
	}
	who, err := b.approvers.all(ctx)
	if err != nil {
		return append(lines, "Slack does not say now who the approvers are."), nil
	}
	var names []string
	for _, id := range who {
		names = append(names, blocks.Mention(id))
	}
	return append(lines, "Approvers: "+strings.Join(names, ", ")+"."), nil
}

// methodText says how a scan read people's activity, and at what cost.
func methodText(sc storage.Scan) string {
	text := fmt.Sprintf("%s were read with %d requests in %s", blocks.People(sc.People), sc.Requests, inWords(sc.EndedAt.Sub(sc.StartedAt)))
	if sc.Source == SourceDates {
		return text + ", person by person (last-active-dates), because Atlassian's search does not tell the activity here. The next scan asks only about people who may have become inactive."
	}
	return text + " (users/search)."
}

// inWords is a duration as people say it.
func inWords(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", max(1, int(d.Seconds()+0.5)))
	case d < 2*time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()+0.5))
	}
	return fmt.Sprintf("%.1f hours", d.Hours())
}

// reading is how far the scan that runs has come.
type reading struct {
	mu     sync.Mutex
	since  time.Time // zero: none runs.
	people int
}

// set says that a scan began then and has read so many people; a zero moment
// that it is over.
func (r *reading) set(since time.Time, people int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.since, r.people = since, people
}

// text is a sentence about the scan that runs, empty where none does. Before is
// how many people the last one met, 0 where that is not known.
func (r *reading) text(before int) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.since.IsZero() {
		return ""
	}
	s := fmt.Sprintf("A scan is running since %s: %s read", blocks.Local(r.since), blocks.People(r.people))
	if r.people > 0 && before > r.people {
		left := time.Duration(float64(time.Since(r.since)) * float64(before-r.people) / float64(r.people))
		return fmt.Sprintf("%s of about %d, about %s to go.", s, before, inWords(left))
	}
	return s + "."
}
