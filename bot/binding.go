package bot

import (
	"encoding/base64"
	"encoding/json"
	"slices"

	"inactivebot/storage"
)

// maxBound is how many places of a report a modal can be bound to: its private
// metadata holds 3,000 characters.
const maxBound = 15_000

// binding is what a suspend modal's submit is bound to: exactly the people it
// showed. The candidates of a report never change, so a bit for each place says
// who they were; whoever is excluded by the submit drops out, and nobody else
// can come in.
type binding struct {
	Report uint64 `json:"r"`
	Hash   string `json:"h"`
	Now    int    `json:"n"` // how many of them this approver may suspend alone.
	Shown  string `json:"s"` // base64, a bit a place, lowest bit first.
}

// bind binds a modal to the open candidates, of whom the n longest inactive may
// go now and the rest with a second approver.
func bind(r storage.Report, all []storage.Candidate, n int) (now, rest []storage.Candidate, private string, err error) {
	all = all[:min(len(all), maxBound)]
	bits, open := make([]byte, (len(all)+7)/8), 0
	for i, c := range all {
		if c.Open() {
			bits[i/8] |= 1 << (i % 8)
			open++
		}
	}
	bound := binding{r.ID, r.Hash, min(n, open), base64.RawStdEncoding.EncodeToString(bits)}
	first := bound.places(all, bound.Now)
	for _, i := range bound.places(all, len(all)) {
		if slices.Contains(first, i) {
			now = append(now, all[i])
		} else {
			rest = append(rest, all[i])
		}
	}
	body, err := json.Marshal(bound)
	return now, rest, string(body), err
}

// unbind reads who a modal had shown; false where it is no binding of ours.
func unbind(private string) (binding, bool) {
	var bound binding
	err := json.Unmarshal([]byte(private), &bound)
	return bound, err == nil && bound.Report != 0
}

// people are those of the shown who are still open and wished for: everybody, or
// the longest inactive who could go at once. A wish can only make them fewer.
func (bound binding) people(all []storage.Candidate, w wish) (who []string) {
	most, fewer := bound.Now, w.most
	if w.everybody {
		most, fewer = len(all), len(all)
	}
	gone := func(i int) bool { return !all[i].Open() || slices.Contains(w.leave, all[i].Row.AccountID) }
	for _, i := range longest(all, slices.DeleteFunc(bound.places(all, most), gone), fewer) {
		who = append(who, all[i].Row.AccountID)
	}
	return who
}

// places are the positions of those who were shown, in the order of the report:
// of more than most of them the longest inactive.
func (bound binding) places(all []storage.Candidate, most int) (places []int) {
	bits, err := base64.RawStdEncoding.DecodeString(bound.Shown)
	if err != nil {
		return nil
	}
	for i := range all {
		if i/8 < len(bits) && bits[i/8]&(1<<(i%8)) != 0 {
			places = append(places, i)
		}
	}
	return longest(all, places, most)
}

// longest are the n places of those who are inactive for longest, in the order of
// the report.
func longest(all []storage.Candidate, places []int, n int) []int {
	if len(places) <= n {
		return places
	}
	slices.SortStableFunc(places, func(i, j int) int { return all[i].Row.LastActive.Compare(all[j].Row.LastActive) })
	places = places[:max(0, n)]
	slices.Sort(places)
	return places
}
