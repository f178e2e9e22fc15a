package blocks

import (
	"fmt"

	"github.com/slack-go/slack"

	"inactivebot/storage"
)

// SecondApproval has the values of the confirmation before a second approver
// approves.
type SecondApproval struct {
	Batch  storage.Batch
	Scan   storage.Scan
	People []storage.Candidate // the people of the batch who are not excluded since.
}

// SecondConfirm is the confirmation before a second approval. It is bound to the
// people that the first approver chose; exclusions since can only make the set
// smaller.
func SecondConfirm(s SecondApproval) slack.ModalViewRequest {
	n := len(s.People)
	out := []slack.Block{section("", fmt.Sprintf("*%s asks you to approve the suspension of %s.* They lose access to every app in this Atlassian directory, not only %s, until they are restored. Their content, groups and roles are kept.",
		Mention(s.Batch.ApprovedBy()), People(n), Product(s.Scan.Product)), nil)}
	if note := escapeShort(s.Batch.Note, maxNote); note != "" {
		out = append(out, section("", "*Note:* "+note, nil))
	}
	if left := s.Batch.People - n; left > 0 {
		out = append(out, section("", fmt.Sprintf("%s of the request %s excluded since and will not be suspended.", People(left), plural(left, "was", "were")), nil))
	}
	for _, paragraph := range listPeople(s.People, maxParagraphs) {
		out = append(out, section("", paragraph, nil))
	}
	out = append(out, contextText("", suspendChecks))
	return modal(ViewSecond, "Suspend "+People(n)+"?", "Suspend "+People(n), secondValue(s.Batch), out...)
}

// secondValue names a batch and the set of people that is approved.
func secondValue(b storage.Batch) string { return fmt.Sprintf("%d.%s", b.ID, b.Set) }
