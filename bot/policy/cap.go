package policy

// minCap is the number of people one approver may suspend in any organisation. In
// a small one, a share would be too few.
const minCap = 10

// Cap returns how many people one approver may suspend in one approval and within
// 24 hours. That is percent of the people who can log in, but at least 10 people
// and at most limit.
func Cap(canLogIn, limit, percent int) int {
	return min(limit, max(minCap, canLogIn*percent/100))
}
