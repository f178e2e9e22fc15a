package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"inactivebot/bot/blocks"
	"inactivebot/bot/policy"
	"inactivebot/storage"
)

// commands are the handlers of what can be typed after /inactive. The press's
// value holds the words after the first.
var commands = map[string]handler{
	"scan":       (*Bot).commandScan,
	"report":     (*Bot).commandReport,
	"exclude":    (*Bot).commandExclude,
	"include":    (*Bot).commandInclude,
	"unexclude":  (*Bot).commandInclude,
	"exclusions": (*Bot).commandExclusions,
	"restore":    (*Bot).commandRestore,
	"suspended":  (*Bot).commandSuspended,
	"pause":      (*Bot).commandPause,
	"resume":     (*Bot).commandResume,
	"history":    (*Bot).commandHistory,
	"why":        (*Bot).commandWhy,
}

// open commands answer everybody; status tells only approvers more.
var openCommands = map[string]handler{
	"help":   (*Bot).commandHelp,
	"status": (*Bot).commandStatus,
}

// command authorises a slash command and hands it to its handler.
func (b *Bot) command(ctx context.Context, p press) reply {
	p.what, p.value, _ = strings.Cut(strings.TrimSpace(p.value), " ")
	p.what = strings.ToLower(p.what)
	if p.what == "" {
		p.what = "help"
	}
	if h, ok := openCommands[p.what]; ok {
		return h(b, ctx, p)
	}
	h, ok := commands[p.what]
	if !ok {
		r := b.say(p, unknownCommand(p.what))
		r.refused = unknownKind
		return r
	}
	if v := b.approvers.judge(ctx, p.user); v != allowed {
		return b.refuse(ctx, p, string(v), verdictText(v))
	}
	return h(b, ctx, p)
}

// unknownCommand names the command that was perhaps meant.
func unknownCommand(word string) string {
	text := "There is no command " + quoted(word) + "."
	if name := nearest(word); name != "" {
		text += " Did you mean `/inactive " + name + "`?"
	}
	return text + " " + helpHint
}

const helpHint = "Type `/inactive help` for all of them."

func (b *Bot) commandHelp(_ context.Context, p press) reply { return b.say(p, helpText) }

const helpText = "*inactivebot* lists people who no longer use Confluence and suspends exactly those whom an approver approves.\n" +
	"`/inactive scan [days]` make a new report now; with fewer days than the setting, only look\n" +
	"`/inactive report` where the current report is\n" +
	"`/inactive exclude <who…> [until YYYY-MM-DD] [reason…]` leave people alone\n" +
	"`/inactive include <who…>` end an exclusion\n" +
	"`/inactive exclusions` everybody and every rule excluded, to look at and to remove\n" +
	"`/inactive restore <who…>` give access back to somebody this bot suspended\n" +
	"`/inactive suspended` everybody this bot has suspended\n" +
	"`/inactive why <who…>` why somebody is listed or not, and on what evidence\n" +
	"`/inactive history [who]` the last decisions and what came of them\n" +
	"`/inactive pause` stop all suspensions at once; `/inactive resume` allows them again\n" +
	"`/inactive status` whether it runs, and when the next report is\n" +
	"`<who>` is an email, an account id or an @mention; `exclude` and `include` also take `group:NAME` and `domain:NAME`."

// commandScan makes a report, or with fewer days than the setting only looks.
func (b *Bot) commandScan(ctx context.Context, p press) reply {
	days := 0
	if args := words(p.value); len(args) > 0 {
		n, err := strconv.Atoi(args[0])
		if err != nil || n < 1 || n > maxDays || len(args) > 1 {
			return b.say(p, "That is not a number of days. Type `/inactive scan`, or for example `/inactive scan 90`.")
		}
		days = n
	}
	return b.scanFor(ctx, p, days)
}

// maxDays bounds what can be asked for: ten years.
const maxDays = 3650

// scanFor runs a scan that somebody asked for, and answers when it is done.
func (b *Bot) scanFor(_ context.Context, p press, days int) reply {
	if days > 0 && days < b.settings.Policy.InactiveDays {
		return b.background(p, "Looking …", func(ctx context.Context) (string, error) { return b.lookOnly(ctx, p.user, days) })
	}
	return b.background(p, "Scanning. The report comes when everybody is read.", func(ctx context.Context) (string, error) {
		r, err := b.scan(ctx, p.user, "asked by "+p.user+" at "+time.Now().UTC().Format("2006-01-02T15:04:05.000000000Z"), days)
		if err != nil {
			return "", err
		}
		return fmt.Sprintf("Report %d is made: %s inactive. It is being posted in <#%s>.", r.ID, blocks.People(r.Candidates), b.settings.Channel), nil
	})
}

// background does something that takes its time beside a first answer, and
// answers again at the end, never before the first answer is out. It ends with
// the program.
func (b *Bot) background(p press, first string, work func(context.Context) (string, error)) reply {
	return reply{then: func(ctx context.Context) error {
		told := make(chan struct{})
		defer close(told)
		b.working.Go(func() {
			ctx := zerolog.Ctx(ctx).WithContext(b.life)
			text, err := work(ctx)
			switch {
			case errors.Is(err, errScanning):
				text = "A scan is running already. Its report comes when everybody is read."
			case err != nil:
				zerolog.Ctx(ctx).Error().Err(err).Str("press", p.what).Msg("scan failed")
				text = "No new report: " + problemText(problem(err)) + " The last report stays as it is."
			}
			<-told
			if err := b.whisper(ctx, p, text); err != nil && ctx.Err() == nil {
				zerolog.Ctx(ctx).Warn().Err(err).Msg("answer not delivered")
			}
		})
		return b.whisper(ctx, p, first)
	}}
}

// lookOnly says who would be inactive under a smaller threshold. Nothing is
// stored but that somebody looked, and nobody can be suspended from it.
func (b *Bot) lookOnly(ctx context.Context, by string, days int) (text string, err error) {
	defer func() { err = errors.Join(err, b.looked(by, days, err)) }()
	s, err := b.scanner(ctx, 0)
	if err != nil {
		return "", err
	}
	s.Policy.InactiveDays = days
	var first []Judged // the longest inactive of those met so far.
	n := 0
	for j, err := range s.Begin(time.Now().UTC()).People(ctx) {
		if err != nil {
			return "", err
		}
		if j.Decision.Lane != policy.Inactive {
			continue
		}
		n++
		first = append(first, j)
		slices.SortStableFunc(first, func(a, b Judged) int { return a.Decision.LastActive.Compare(b.Decision.LastActive) })
		first = first[:min(len(first), blocks.Rows)]
	}
	text = fmt.Sprintf("%s would be listed with %d days, the longest inactive first. This is only for looking: nobody can be suspended from it.", blocks.People(n), days)
	for _, j := range first {
		text += "\n• " + blocks.Who(j.Person()) + " · " + blocks.Day(j.Decision.LastActive)
	}
	if n > len(first) {
		text += fmt.Sprintf("\nand %d more: `inactivebot scan --inactive-days %d` prints everybody.", n-len(first), days)
	}
	return text, nil
}

// looked records a scan that made no report.
func (b *Bot) looked(by string, days int, err error) error {
	outcome := "complete"
	if err != nil {
		outcome = "failed: " + problem(err)
	}
	return b.store.Record(storage.Line{At: time.Now().UTC(), Actor: by, Action: "look", Outcome: outcome, Detail: map[string]string{"days": strconv.Itoa(days)}})
}

// commandReport says where the current report is.
func (b *Bot) commandReport(ctx context.Context, p press) reply {
	r, ok, err := b.store.LastReport()
	if err != nil {
		return b.outcome(ctx, p, err)
	}
	if !ok {
		return b.say(p, "There is no report yet. Type `/inactive scan` to make one.")
	}
	return reply{then: func(ctx context.Context) error {
		where := fmt.Sprintf("Report %d", r.ID)
		if link := b.linkTo(ctx, r.ID); link != "" {
			where = fmt.Sprintf("<%s|Report %d>", link, r.ID)
		}
		return b.whisper(ctx, p, fmt.Sprintf("%s of %s: %s listed, now %s. Next report: %s.",
			where, blocks.Local(r.CreatedAt), blocks.People(r.Candidates), strings.ReplaceAll(string(r.State), "_", " "), blocks.Local(b.nextReport())))
	}}
}

// commandSuspended lists everybody this bot has suspended.
func (b *Bot) commandSuspended(ctx context.Context, p press) reply {
	all, err := b.store.Suspended(0)
	if err != nil {
		return b.outcome(ctx, p, err)
	}
	if len(all) == 0 {
		return b.say(p, "This bot has nobody suspended now.")
	}
	slices.SortFunc(all, func(x, y storage.Step) int { return y.ClaimedAt.Compare(x.ClaimedAt) })
	lines := []string{fmt.Sprintf("%s suspended by this bot; `/inactive restore <email>` gives access back:", blocks.People(len(all)))}
	for _, st := range all[:min(len(all), listed)] {
		who, err := b.store.Person(st.AccountID)
		if err != nil {
			return b.outcome(ctx, p, err)
		}
		lines = append(lines, "• "+blocks.Who(who)+" · "+blocks.Day(st.ClaimedAt)+" · batch "+strconv.FormatUint(st.BatchID, 10))
	}
	return b.say(p, strings.Join(lines, "\n")+andMore(len(all), "`/inactive why <who>` tells of one person, “Restore somebody” under a finished batch finds everybody"))
}

// listed is how many lines an answer has at most.
const listed = 30

// andMore counts those whom an answer leaves out, and says how to see them.
func andMore(n int, way string) string {
	if n <= listed {
		return ""
	}
	return fmt.Sprintf("\nand %d more: %s.", n-listed, way)
}
