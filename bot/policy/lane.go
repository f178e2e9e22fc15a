package policy

// Lane is the result of a scan for one person.
type Lane string

// The lanes, in the order they are tried. Only Inactive can be suspended.
const (
	NotAPerson      Lane = "not_a_person"     // an app or a customer.
	AlreadyOff      Lane = "already_off"      // cannot log in now.
	Excluded        Lane = "excluded"         // matched by an exclusion or a rule.
	Protected       Lane = "protected"        // never listed: an admin, an approver, added recently, …
	Unknown         Lane = "unknown"          // required data is missing or unreadable.
	NeverActive     Lane = "never_active"     // no activity in the product on record.
	Active          Lane = "active"           // used the product within the threshold.
	ActiveElsewhere Lane = "active_elsewhere" // uses other apps or other sites.
	IDPManaged      Lane = "idp_managed"      // managed by an identity provider.
	Inactive        Lane = "inactive"         // a candidate.
)

// Lanes are all lanes in the order they are tried.
var Lanes = []Lane{NotAPerson, AlreadyOff, Excluded, Protected, Unknown, NeverActive, Active, ActiveElsewhere, IDPManaged, Inactive}

// Reason is the reason for a lane.
type Reason string

// The reasons. Lanes that need no reason have an empty one.
const (
	ByExclusion     Reason = "exclusion"
	ByRule          Reason = "rule"
	AdminRole       Reason = "admin_role"
	ProtectSetting  Reason = "protect_setting"
	ProtectEarlier  Reason = "protect_earlier"
	IsApprover      Reason = "approver"
	JustAdded       Reason = "just_added"
	JustRestored    Reason = "just_restored"
	LookupFailed    Reason = "lookup_failed"
	FieldMissing    Reason = "field_missing"
	EmailHidden     Reason = "email_hidden" // and a rule or a setting needs it.
	ActivityMissing Reason = "activity_missing"
	Unreadable      Reason = "unreadable_timestamp"
	InTheFuture     Reason = "future_timestamp"
	OtherApp        Reason = "other_app"
	OtherSite       Reason = "other_site"
	// RolesMissing is only in scans of older versions, which protected these people.
	RolesMissing Reason = "roles_missing"
)
