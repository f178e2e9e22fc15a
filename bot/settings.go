package bot

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"inactivebot/bot/doctor"
	"inactivebot/bot/executor"
	"inactivebot/bot/handler"
	"inactivebot/bot/policy"
	"inactivebot/bot/publisher"
	"inactivebot/bot/scan"
	"inactivebot/bot/view"
)

// Settings are the validated settings of the installation.
type Settings struct {
	Channel           string   // the admin channel's id.
	Approvers         []string // Slack user ids that may press.
	ApproverGroup     string   // a Slack user group whose members may press; empty: none.
	Schedule          string   // a robfig/cron expression.
	DirectoryID       string   // empty: the only one.
	Policy            policy.Settings
	MaxSuspend        int // what one approver may suspend within 24 hours, …
	MaxSuspendPercent int // … and which share of those who can log in.
	ReportTTL         time.Duration
	ReportOnly        bool
	Table             bool          // the people of a report stand in one table, where Slack takes it.
	Listen            string        // the address of /healthz, /readyz and /metrics; empty: none.
	APIKeyExpires     time.Time     // when Atlassian's API key ends; zero: not told.
	APIKeyDigest      string        // stands for the key, so that its age is known; empty: nobody watches that.
	Retention         time.Duration // how long names, emails and finished reports are kept; 0: for ever.
	Settle            time.Duration // how long a suspension may take to show.

	LargeDatabase int64 // the size in bytes from which a warning is posted; 0: 1 GB.

	AllowPublicChannel bool   // the admin channel may be public.
	BackupDir          string // where daily copies of the database go; empty: none are made.
	BackupKeep         int    // how many of them are kept.
}

// digests returns a hash of each setting by name, so that a change can be
// recorded without the values.
func (s Settings) digests() map[string]string {
	out := map[string]string{}
	for name, value := range map[string]any{
		"channel": s.Channel, "approvers": s.Approvers, "approver group": s.ApproverGroup, "schedule": s.Schedule,
		"directory": s.DirectoryID, "product": s.Policy.Product, "sites": s.Policy.Sites, "inactive days": s.Policy.InactiveDays,
		"exclude": fmt.Sprint(s.Policy.Rules), "protect": s.Policy.Protect, "other apps": s.Policy.IgnoreOtherApps,
		"idp managed": s.Policy.SuspendIDPManaged, "max suspend": s.MaxSuspend, "max suspend percent": s.MaxSuspendPercent,
		"report ttl": s.ReportTTL, "report only": s.ReportOnly, "settle": s.Settle, "retention": s.Retention,
		"allow public channel": s.AllowPublicChannel,
	} {
		sum := sha256.Sum256(fmt.Appendf(nil, "%v", value))
		out[name] = hex.EncodeToString(sum[:])
	}
	return out
}

func (s Settings) scanOptions() scan.Options {
	return scan.Options{Policy: s.Policy, ReportTTL: s.ReportTTL, DirectoryID: s.DirectoryID}
}

func (s Settings) viewOptions() view.Options {
	return view.Options{
		Rules: s.Policy.Rules, ReportOnly: s.ReportOnly, Table: s.Table, MaxSuspend: s.MaxSuspend, MaxSuspendPercent: s.MaxSuspendPercent,
	}
}

func (s Settings) publisherOptions() publisher.Options {
	return publisher.Options{Channel: s.Channel, Product: s.Policy.Product, InactiveDays: s.Policy.InactiveDays}
}

func (s Settings) executorOptions() executor.Options {
	return executor.Options{ReportOnly: s.ReportOnly, Settle: s.Settle, DirectoryID: s.DirectoryID}
}

func (s Settings) handlerOptions() handler.Options {
	return handler.Options{
		Channel: s.Channel, Product: s.Policy.Product, Sites: s.Policy.Sites, InactiveDays: s.Policy.InactiveDays,
		Rules: s.Policy.Rules, ReportOnly: s.ReportOnly,
	}
}

// DoctorOptions returns the settings that a doctor checks.
func (s Settings) DoctorOptions() doctor.Options {
	return doctor.Options{
		Channel: s.Channel, AllowPublicChannel: s.AllowPublicChannel, Approvers: s.Approvers, ApproverGroup: s.ApproverGroup,
		DirectoryID: s.DirectoryID, Schedule: s.Schedule, BackupDir: s.BackupDir, BackupKeep: s.BackupKeep,
	}
}
