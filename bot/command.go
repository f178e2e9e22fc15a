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
	"inactivebot/storage"
)

// commands are the handlers of what can be typed after /inactive. The press's
// value holds the words after the first.
var commands = map[string]action{
	"scan":       (*EventHandler).commandScan,
	"report":     (*EventHandler).commandReport,
	"exclude":    (*EventHandler).commandExclude,
	"include":    (*EventHandler).commandInclude,
	"unexclude":  (*EventHandler).commandInclude,
	"exclusions": (*EventHandler).commandExclusions,
	"restore":    (*EventHandler).commandRestore,
	"suspended":  (*EventHandler).commandSuspended,
	"pause":      (*EventHandler).commandPause,
	"resume":     (*EventHandler).commandResume,
	"history":    (*EventHandler).commandHistory,
	"why":        (*EventHandler).commandWhy,
}

// open commands answer everybody; status tells only approvers more.
var openCommands = map[string]action{
	"help":   (*EventHandler).commandHelp,
	"status": (*EventHandler).commandStatus,
}

// commandWord returns the first word of a command in lower case, help for none.
func commandWord(text string) string {
	word, _, _ := strings.Cut(strings.TrimSpace(text), " ")
	if word == "" {
		return "help"
	}
	return strings.ToLower(word)
}

// commandAction returns the action of a command by its first word.
func commandAction(word string) string {
	if commands[word] == nil && openCommands[word] == nil {
		word = unknownAction
	}
	return "/inactive " + word
}

// command authorises a slash command and runs its action.
func (h *EventHandler) command(ctx context.Context, p press) Reply {
	p.what = commandWord(p.value)
	_, p.value, _ = strings.Cut(strings.TrimSpace(p.value), " ")
	reply := h.runCommand(ctx, p)
	reply.Action, reply.User = commandAction(p.what), p.user
	return reply
}

func (h *EventHandler) runCommand(ctx context.Context, p press) Reply {
	if act, ok := openCommands[p.what]; ok {
		return act(h, ctx, p)
	}
	act, ok := commands[p.what]
	if !ok {
		r := h.say(p, unknownCommand(p.what))
		r.Refused = unknownAction
		return r
	}
	if v := h.approvers.judge(ctx, p.user); v != allowed {
		return h.refuse(ctx, p, string(v), verdictText(v))
	}
	return act(h, ctx, p)
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

func (h *EventHandler) commandHelp(_ context.Context, p press) Reply { return h.say(p, helpText) }

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
func (h *EventHandler) commandScan(ctx context.Context, p press) Reply {
	days := 0
	if args := words(p.value); len(args) > 0 {
		n, err := strconv.Atoi(args[0])
		if err != nil || n < 1 || n > maxDays || len(args) > 1 {
			return h.say(p, "That is not a number of days. Type `/inactive scan`, or for example `/inactive scan 90`.")
		}
		days = n
	}
	return h.scanFor(ctx, p, days)
}

// maxDays bounds what can be asked for: ten years.
const maxDays = 3650

// scanFor runs a scan that somebody asked for, and answers when it is done.
func (h *EventHandler) scanFor(_ context.Context, p press, days int) Reply {
	if days > 0 && days < h.options.InactiveDays {
		return h.inBackground(p, "Looking …", func(ctx context.Context) (string, error) { return h.previewText(ctx, p.user, days) })
	}
	return h.inBackground(p, "Scanning. The report comes when everybody is read.", func(ctx context.Context) (string, error) {
		r, err := h.scans.Run(ctx, p.user, "asked by "+p.user+" at "+time.Now().UTC().Format("2006-01-02T15:04:05.000000000Z"), days)
		if err != nil {
			return "", err
		}
		return fmt.Sprintf("Report %d is made: %s inactive. It is being posted in <#%s>.", r.ID, blocks.People(r.Candidates), h.options.Channel), nil
	})
}

// inBackground runs work that takes long beside a first answer, and answers again at
// the end, never before the first answer is out. It ends with the program.
func (h *EventHandler) inBackground(p press, first string, work func(context.Context) (string, error)) Reply {
	return Reply{After: func(ctx context.Context) error {
		told := make(chan struct{})
		defer close(told)
		h.background(func(life context.Context) {
			ctx := continueIn(life, ctx)
			text, err := work(ctx)
			switch {
			case errors.Is(err, errScanning):
				text = "A scan is running already. Its report comes when everybody is read."
			case err != nil:
				zerolog.Ctx(ctx).Error().Err(err).Str("press", p.what).Msg("scan failed")
				text = "No new report: " + problemText(problem(err)) + " The last report stays as it is."
			}
			<-told
			if err := h.whisper(ctx, p, text); err != nil && ctx.Err() == nil {
				zerolog.Ctx(ctx).Warn().Err(err).Msg("answer not delivered")
			}
		})
		return h.whisper(ctx, p, first)
	}}
}

// previewText lists the people who would be inactive under a smaller threshold.
func (h *EventHandler) previewText(ctx context.Context, by string, days int) (string, error) {
	seen, err := h.scans.Preview(ctx, by, days, blocks.Rows)
	if err != nil {
		return "", err
	}
	text := fmt.Sprintf("%s would be listed with %d days, the longest inactive first. This is only for looking: nobody can be suspended from it.", blocks.People(seen.Inactive), days)
	for _, j := range seen.Longest {
		text += "\n• " + blocks.Who(j.Person()) + " · " + blocks.Day(j.Decision.LastActive)
	}
	if left := seen.Inactive - len(seen.Longest); left > 0 {
		text += fmt.Sprintf("\nand %d more: `inactivebot scan --inactive-days %d` prints everybody.", left, days)
	}
	return text, nil
}

// commandReport says where the current report is.
func (h *EventHandler) commandReport(ctx context.Context, p press) Reply {
	r, ok, err := h.store.LastReport()
	if err != nil {
		return h.outcome(ctx, p, err)
	}
	if !ok {
		return h.say(p, "There is no report yet. Type `/inactive scan` to make one.")
	}
	return Reply{After: func(ctx context.Context) error {
		where := fmt.Sprintf("Report %d", r.ID)
		if link := h.view.linkTo(ctx, r.ID); link != "" {
			where = fmt.Sprintf("<%s|Report %d>", link, r.ID)
		}
		return h.whisper(ctx, p, fmt.Sprintf("%s of %s: %s listed, now %s. Next report: %s.",
			where, blocks.Local(r.CreatedAt), blocks.People(r.Candidates), strings.ReplaceAll(string(r.State), "_", " "), blocks.Local(h.nextReport())))
	}}
}

// commandSuspended lists everybody this bot has suspended.
func (h *EventHandler) commandSuspended(ctx context.Context, p press) Reply {
	all, err := h.store.Suspended(0)
	if err != nil {
		return h.outcome(ctx, p, err)
	}
	if len(all) == 0 {
		return h.say(p, "This bot has nobody suspended now.")
	}
	slices.SortFunc(all, func(x, y storage.Step) int { return y.ClaimedAt.Compare(x.ClaimedAt) })
	lines := []string{fmt.Sprintf("%s suspended by this bot; `/inactive restore <email>` gives access back:", blocks.People(len(all)))}
	for _, st := range all[:min(len(all), listed)] {
		who, err := h.store.Person(st.AccountID)
		if err != nil {
			return h.outcome(ctx, p, err)
		}
		lines = append(lines, "• "+blocks.Who(who)+" · "+blocks.Day(st.ClaimedAt)+" · batch "+strconv.FormatUint(st.BatchID, 10))
	}
	return h.say(p, strings.Join(lines, "\n")+andMore(len(all), "`/inactive why <who>` tells of one person, “Restore somebody” under a finished batch finds everybody"))
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
