package blocks

import "inactivebot/storage"

// stepText returns what happened to one person.
func stepText(st storage.Step) string {
	switch st.State {
	case storage.StepPending:
		if st.MayTakeEffect() {
			return ":hourglass_flowing_sand: to be suspended; an earlier request has had no effect yet"
		}
		return ":hourglass_flowing_sand: to be suspended"
	case storage.StepClaimed:
		return ":hourglass_flowing_sand: " + sentText(st)
	case storage.StepSuspended:
		if st.Problem != "" {
			return ":no_entry: suspended · could not be restored: " + RestoreProblem(st.Problem)
		}
		return ":no_entry: suspended"
	case storage.StepFailed:
		if st.Unclear() {
			return ":grey_question: " + unclearText(st)
		}
		return ":warning: not suspended: " + FailReason(st.Reason)
	case storage.StepSkipped:
		return ":leftwards_arrow_with_hook: skipped: " + SkipReason(st.Reason)
	case storage.StepRestoring:
		return ":hourglass_flowing_sand: being restored, requested by " + Mention(st.RestoreBy)
	case storage.StepRestored:
		return ":white_check_mark: " + restoredText(st)
	}
	return string(st.State)
}

// unclearText says that it is not known if the suspension took effect, and why the
// last restore failed.
func unclearText(st storage.Step) string {
	if st.Problem != "" {
		return "unclear · could not be restored: " + RestoreProblem(st.Problem)
	}
	return "unclear: " + FailReason(st.Reason)
}

// sentText says that a request is not confirmed, and whether it is sent again.
func sentText(st storage.Step) string {
	const sent = "sent, not confirmed yet"
	switch st.EndsAs {
	case storage.StepSkipped:
		return sent + "; will not be sent again: " + SkipReason(st.Reason)
	case storage.StepFailed:
		return sent + "; will not be sent again: " + FailReason(st.Reason)
	}
	return sent
}

func restoredText(st storage.Step) string {
	if st.RestoreBy == "" {
		return "restored by someone else"
	}
	s := "restored by " + Mention(st.RestoreBy) + " on " + LocalTime(st.RestoredAt)
	if st.Unconfirmed {
		s += ", before the suspension was confirmed"
	}
	return s
}
