package storage

// The two ways in which a scan reads when people were last active, as
// [Scan.Source] keeps them.
const (
	// SourceSearch is users/search, which tells the activity of a hundred people
	// at once.
	SourceSearch = "search"
	// SourceDates is last-active-dates, one request a person, where the search
	// does not tell the activity.
	SourceDates = "last-active-dates"
)
