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
// go now.
func bind(r storage.Report, all []storage.Candidate, n int) (now []storage.Candidate, private string, err error) {
	all = all[:min(len(all), maxBound)]
	bits := make([]byte, (len(all)+7)/8)
	for i, c := range all {
		if c.Open() {
			bits[i/8] |= 1 << (i % 8)
		}
	}
	bound := binding{r.ID, r.Hash, n, base64.RawStdEncoding.EncodeToString(bits)}
	for _, i := range bound.places(all, false) {
		now = append(now, all[i])
	}
	body, err := json.Marshal(bound)
	return now, string(body), err
}

// unbind reads who a modal had shown; false where it is no binding of ours.
func unbind(private string) (binding, bool) {
	var bound binding
	err := json.Unmarshal([]byte(private), &bound)
	return bound, err == nil && bound.Report != 0
}

// people are those of the shown who are still open: everybody, or the longest
// inactive who could go at once.
func (bound binding) people(all []storage.Candidate, everybody bool) (who []string) {
	for _, i := range bound.places(all, everybody) {
		if all[i].Open() {
			who = append(who, all[i].Row.AccountID)
		}
	}
	return who
}

// places are the positions of those who were shown, in the order of the report.
func (bound binding) places(all []storage.Candidate, everybody bool) (places []int) {
	bits, err := base64.RawStdEncoding.DecodeString(bound.Shown)
	if err != nil {
		return nil
	}
	for i := range all {
		if i/8 < len(bits) && bits[i/8]&(1<<(i%8)) != 0 {
			places = append(places, i)
		}
	}
	if everybody || len(places) <= bound.Now {
		return places
	}
	slices.SortStableFunc(places, func(i, j int) int { return all[i].Row.LastActive.Compare(all[j].Row.LastActive) })
	places = places[:max(0, bound.Now)]
	slices.Sort(places)
	return places
}
