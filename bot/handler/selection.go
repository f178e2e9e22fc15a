package handler

import (
	"encoding/base64"
	"encoding/json"
	"slices"

	"inactivebot/storage"
)

// maxSelection is how many people of a report a modal can be bound to: its
// private metadata holds 3,000 characters.
const maxSelection = 15_000

// selection is what the submission of a suspend modal is bound to: exactly the
// people it showed. The candidates of a report never change, so one bit for each
// position identifies them. People who are excluded before the submission
// drop out; no one can be added.
type selection struct {
	Report uint64 `json:"r"`
	Hash   string `json:"h"`
	Now    int    `json:"n"` // how many people this approver may suspend alone.
	Shown  string `json:"s"` // base64, one bit for each position, lowest bit first.
}

// encodeSelection binds a modal to the open candidates: the n longest inactive
// can be suspended now, the rest with a second approver.
func encodeSelection(r storage.Report, all []storage.Candidate, n int) (now, rest []storage.Candidate, private string, err error) {
	all = all[:min(len(all), maxSelection)]
	bits, open := make([]byte, (len(all)+7)/8), 0
	for i, c := range all {
		if c.Open() {
			bits[i/8] |= 1 << (i % 8)
			open++
		}
	}
	bound := selection{r.ID, r.Hash, min(n, open), base64.RawStdEncoding.EncodeToString(bits)}
	first := bound.indexes(all, bound.Now)
	for _, i := range bound.indexes(all, len(all)) {
		if slices.Contains(first, i) {
			now = append(now, all[i])
		} else {
			rest = append(rest, all[i])
		}
	}
	body, err := json.Marshal(bound)
	return now, rest, string(body), err
}

// decodeSelection returns the people that a modal showed. It reports false if the metadata
// is not a selection.
func decodeSelection(private string) (selection, bool) {
	var bound selection
	err := json.Unmarshal([]byte(private), &bound)
	return bound, err == nil && bound.Report != 0
}

// people returns the people who were shown, are still open and were chosen:
// everyone, or the longest inactive who can be suspended now. A choice can only
// reduce the selection.
func (bound selection) people(all []storage.Candidate, w suspendOptions) (who []string) {
	most, fewer := bound.Now, w.most
	if w.everybody {
		most, fewer = len(all), len(all)
	}
	gone := func(i int) bool { return !all[i].Open() || slices.Contains(w.leave, all[i].Row.AccountID) }
	for _, i := range longestInactive(all, slices.DeleteFunc(bound.indexes(all, most), gone), fewer) {
		who = append(who, all[i].Row.AccountID)
	}
	return who
}

// indexes returns the positions of the people who were shown, in the order of the
// report. If there are more than most, it returns the longest inactive.
func (bound selection) indexes(all []storage.Candidate, most int) (places []int) {
	bits, err := base64.RawStdEncoding.DecodeString(bound.Shown)
	if err != nil {
		return nil
	}
	for i := range all {
		if i/8 < len(bits) && bits[i/8]&(1<<(i%8)) != 0 {
			places = append(places, i)
		}
	}
	return longestInactive(all, places, most)
}

// longestInactive returns the n positions of the people who are inactive for
// longest, in the order of the report.
func longestInactive(all []storage.Candidate, places []int, n int) []int {
	if len(places) <= n {
		return places
	}
	slices.SortStableFunc(places, func(i, j int) int { return all[i].Row.LastActive.Compare(all[j].Row.LastActive) })
	places = places[:max(0, n)]
	slices.Sort(places)
	return places
}
