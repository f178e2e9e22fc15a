package handler

import (
	"context"
	"strings"

	"inactivebot/bot/approvers"
	"inactivebot/bot/command"
	"inactivebot/bot/receiver"
)

// commands maps the commands of approvers to their actions. The value of the
// press holds the words after the command.
var commands = map[string]action{
	"scan":       (*Handler).commandScan,
	"report":     (*Handler).commandReport,
	"exclude":    (*Handler).commandExclude,
	"include":    (*Handler).commandInclude,
	"unexclude":  (*Handler).commandInclude,
	"exclusions": (*Handler).commandExclusions,
	"restore":    (*Handler).commandRestore,
	"suspended":  (*Handler).commandSuspended,
	"pause":      (*Handler).commandPause,
	"resume":     (*Handler).commandResume,
	"history":    (*Handler).commandHistory,
	"why":        (*Handler).commandWhy,
}

// openCommands are for everyone; status tells approvers more.
var openCommands = map[string]action{
	"help":   (*Handler).commandHelp,
	"status": (*Handler).commandStatus,
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
func (h *Handler) command(ctx context.Context, p press) receiver.Reply {
	p.what = commandWord(p.value)
	_, p.value, _ = strings.Cut(strings.TrimSpace(p.value), " ")
	reply := h.runCommand(ctx, p)
	reply.Action, reply.User = commandAction(p.what), p.user
	return reply
}

func (h *Handler) runCommand(ctx context.Context, p press) receiver.Reply {
	if act, ok := openCommands[p.what]; ok {
		return act(h, ctx, p)
	}
	act, ok := commands[p.what]
	if !ok {
		r := h.replyText(p, unknownCommand(p.what))
		r.Refused = unknownAction
		return r
	}
	if v := h.approvers.Judge(ctx, p.user); v != approvers.Allowed {
		return h.refuse(ctx, p, string(v), verdictText(v))
	}
	return act(h, ctx, p)
}

// unknownCommand names the command that was probably meant.
func unknownCommand(word string) string {
	text := "There is no command " + command.Quoted(word) + "."
	if name := closestCommand(word); name != "" {
		text += " Did you mean `/inactive " + name + "`?"
	}
	return text + " " + helpHint
}

const helpHint = "Type `/inactive help` to list all commands."

func (h *Handler) commandHelp(_ context.Context, p press) receiver.Reply {
	return h.replyText(p, helpText)
}

const helpText = "*inactivebot* lists people who no longer use Confluence and suspends only those an approver has approved.\n" +
	"`/inactive scan [days]` make a new report; fewer days than the setting show a preview only\n" +
	"`/inactive report` link to the current report\n" +
	"`/inactive exclude <who…> [until YYYY-MM-DD] [reason…]` exclude people from suspension\n" +
	"`/inactive include <who…>` end an exclusion\n" +
	"`/inactive exclusions` show and remove exclusions and rules\n" +
	"`/inactive restore <who…>` give access back to people this bot suspended\n" +
	"`/inactive suspended` people suspended by this bot\n" +
	"`/inactive why <who…>` why a person is or is not listed, with the evidence\n" +
	"`/inactive history [who]` the latest decisions and their results\n" +
	"`/inactive pause` stop all suspensions immediately; `/inactive resume` allows them again\n" +
	"`/inactive status` whether the bot is running, and when the next report is due\n" +
	"`<who>` is an email, an account id or an @mention; `exclude` and `include` also take `group:NAME` and `domain:NAME`."
