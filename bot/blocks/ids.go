package blocks

// The action ids. They are stored in posted messages and must not change.
const (
	ActionSuspendAll      = "suspend_all"
	ActionExclude         = "exclude"
	ActionUndoExclude     = "undo_exclude"
	ActionExcludeDetails  = "exclude_details"
	ActionRestore         = "restore"
	ActionRestorePerson   = "restore_somebody"
	ActionUndoBatch       = "undo_batch"
	ActionStop            = "stop"
	ActionResume          = "resume"
	ActionClose           = "close"
	ActionBrowse          = "browse"
	ActionBrowsePage      = "browse_page"
	ActionLanes           = "lanes"
	ActionScanAgain       = "scan_again"
	ActionSecondApprove   = "second_approve"
	ActionOverride        = "override"
	ActionBrowseSearch    = "browse_search"
	ActionBrowseSort      = "browse_sort"
	ActionLanesOpen       = "lanes_open"
	ActionLanesPage       = "lanes_page"
	ActionLanesSearch     = "lanes_search"
	ActionLanesCSV        = "lanes_csv"
	ActionRemoveExclusion = "remove_exclusion"
	ActionExclusionsPage  = "exclusions_page"
)

// The callback ids of the modals.
const (
	ViewSuspend  = "suspend_confirm"
	ViewExclude  = "exclude_details"
	ViewRestore  = "restore_confirm"
	ViewUndo     = "undo_confirm"
	ViewBrowse   = "browse"
	ViewLanes    = "lanes"
	ViewNotice   = "notice"
	ViewOverride = "override_confirm"
	ViewSecond   = "second_confirm"

	ViewExclusions = "exclusions"
)
