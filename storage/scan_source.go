package storage

// The two ways in which a scan reads when people were last active, as
// [Scan.Source] keeps them.
const (
	// SourceSearch is users/search, which returns the activity of up to 100
	// people in a request.
	SourceSearch = "search"
	// SourceDates is last-active-dates, one request for each person, used if
	// the search does not return activity.
	SourceDates = "last-active-dates"
)
