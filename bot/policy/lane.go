package policy

// Lane is what a scan decides about one person.
type Lane string

// The lanes, in the order they are tried. Only Inactive can be suspended.
const (
	NotAPerson      Lane = "not_a_person"     // an app or a customer.
	AlreadyOff      Lane = "already_off"      // cannot log in now.
	Excluded        Lane = "excluded"         // an exclusion or a rule says to leave the person alone.
	Protected       Lane = "protected"        // must never be listed: an admin, a newcomer, an approver, …
	Unknown         Lane = "unknown"          // something needed could not be read.
	NeverActive     Lane = "never_active"     // no use of the product on record.
	Active          Lane = "active"           // used the product within the threshold.
	ActiveElsewhere Lane = "active_elsewhere" // uses other apps or other sites.
	IDPManaged      Lane = "idp_managed"      // belongs to the identity provider.
	Inactive        Lane = "inactive"         // a candidate.
)

// Lanes are all lanes in the order they are tried.
var Lanes = []Lane{NotAPerson, AlreadyOff, Excluded, Protected, Unknown, NeverActive, Active, ActiveElsewhere, IDPManaged, Inactive}

// Reason says within a lane what decided.
type Reason string

// The reasons. Those of lanes that need none are empty.
const (
	ByExclusion     Reason = "exclusion"
	ByRule          Reason = "rule"
	AdminRole       Reason = "admin_role"
	RolesMissing    Reason = "roles_missing"
	ProtectSetting  Reason = "protect_setting"
	IsApprover      Reason = "approver"
	JustAdded       Reason = "just_added"
	JustRestored    Reason = "just_restored"
	LookupFailed    Reason = "lookup_failed"
	FieldMissing    Reason = "field_missing"
	ActivityMissing Reason = "activity_missing"
	Unreadable      Reason = "unreadable_timestamp"
	InTheFuture     Reason = "future_timestamp"
	OtherApp        Reason = "other_app"
	OtherSite       Reason = "other_site"
)
