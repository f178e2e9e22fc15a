package policy

// minCap is what one approver may suspend in the smallest organisation,
// where a share would be too few to be of use.
const minCap = 10

// Cap is how many people one approver may suspend in one approval, and within
// 24 hours: at most limit, and at most percent of those who can log in, or 10
// people if that is more.
func Cap(canLogIn, limit, percent int) int {
	return min(limit, max(minCap, canLogIn*percent/100))
}
