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

// Settings contains the validated settings of the installation.
type Settings struct {
	Channel           string   // id of the admin channel.
	Approvers         []string // Slack user ids of approvers.
	ApproverGroup     string   // id of a Slack user group of approvers; empty: none.
	Schedule          string   // a robfig/cron expression.
	DirectoryID       string   // empty: the only directory.
	Policy            policy.Settings
	MaxSuspend        int // most suspensions per approver in 24 hours.
	MaxSuspendPercent int // the same as a share of the people who can log in.
	ReportTTL         time.Duration
	ReportOnly        bool
	Table             bool          // show the people of a report in a table if Slack accepts it.
	Listen            string        // address of /healthz, /readyz and /metrics; empty: not served.
	APIKeyExpires     time.Time     // expiry of the Atlassian API key; zero: unknown.
	APIKeyDigest      string        // hash of the API key, to track its age; empty: not tracked.
	Retention         time.Duration // how long names, emails and finished reports are kept; 0: no limit.
	Settle            time.Duration // how long reads may show the old status after a suspension.

	LargeDatabase int64 // the size in bytes from which a warning is posted; 0: 1 GB.

	AllowPublicChannel bool   // the admin channel may be public.
	BackupDir          string // directory of the daily backups; empty: no backups.
	BackupKeep         int    // how many backups are kept.
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
	return publisher.Options{Channel: s.Channel, Product: s.Policy.Product, InactiveDays: s.Policy.InactiveDays, AllowPublic: s.AllowPublicChannel}
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

// DoctorOptions returns the settings that package doctor checks.
func (s Settings) DoctorOptions() doctor.Options {
	return doctor.Options{
		Channel: s.Channel, AllowPublicChannel: s.AllowPublicChannel, Approvers: s.Approvers, ApproverGroup: s.ApproverGroup,
		DirectoryID: s.DirectoryID, Protect: s.Policy.Protect, EmailNeededBy: s.Policy.NeedsEmail(), Schedule: s.Schedule, BackupDir: s.BackupDir, BackupKeep: s.BackupKeep,
	}
}
