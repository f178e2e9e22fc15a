package atlassiantest

import (
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// wireUser is a user in v2 responses.
type wireUser struct {
	AccountID        string      `json:"accountId"`
	AccountType      string      `json:"accountType"`
	Status           string      `json:"status"`
	AccountStatus    string      `json:"accountStatus"`
	MembershipStatus string      `json:"membershipStatus"`
	AddedToOrg       string      `json:"addedToOrg"`
	Name             string      `json:"name"`
	Nickname         string      `json:"nickname"`
	Email            string      `json:"email,omitempty"`
	EmailVerified    bool        `json:"emailVerified"`
	ClaimStatus      string      `json:"claimStatus"`
	PlatformRoles    []string    `json:"platformRoles,omitzero"`
	Picture          string      `json:"picture"`
	ManagementSource *string     `json:"managementSource"`
	MFAEnabled       bool        `json:"mfaEnabled"`
	TimeZone         string      `json:"timeZone"`
	Counts           *wireCounts `json:"counts,omitempty"`
	ProductAccess    any         `json:"productAccess,omitempty"` // []wireAccess or null.
	Groups           []wireGroup `json:"groups,omitzero"`
	ForDeletion      bool        `json:"forDeletion"`
	Links            wireSelf    `json:"links"`
}

type wireCounts struct {
	Resources int `json:"resources"`
}

type wireAccess struct {
	Key        string `json:"key"`
	ID         string `json:"id"`
	LastActive any    `json:"lastActiveTimestamp,omitempty"`
}

type wireGroup struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Description string `json:"description"`
}

type wireLinks struct {
	Self string  `json:"self"`
	Prev *string `json:"prev"` // Always null: paging is forward only.
	Next *string `json:"next"`
}

type wireSelf struct {
	Self string `json:"self"`
}

// wire returns the person for a response, with the fields to expand.
func (c *call) wire(p *Person, expand []string) any {
	status := c.status(p)
	c.noteRead(p)
	u := wireUser{
		AccountID: p.AccountID, AccountType: p.AccountType,
		Status: c.inCase(status), AccountStatus: c.inCase(accountStatus(status)), MembershipStatus: c.inCase(membershipStatus(status)),
		AddedToOrg: p.AddedToOrg.UTC().Format(time.RFC3339),
		Name:       p.Name, Nickname: nickname(p.Name), Email: p.Email, EmailVerified: p.Email != "",
		ClaimStatus: claimStatus(p), MFAEnabled: mfaEnabled(p), TimeZone: "Etc/UTC",
		Picture:     "https://avatars.example.com/" + p.AccountID,
		ForDeletion: status == StatusForDeletion,
		Links:       wireSelf{"/admin/v2/orgs/" + c.OrgID + "/directories/" + c.directory + "/users/" + p.AccountID},
	}
	if p.ManagementSource != "" {
		u.ManagementSource = &p.ManagementSource
	}
	for _, what := range expand {
		switch what {
		case "platformRoles":
			u.PlatformRoles = append([]string{}, p.PlatformRoles...)
		case "groups":
			u.Groups = wireGroups(p)
		case "productAccess":
			u.ProductAccess = c.wireAccess(p)
		case "counts.resources":
			u.Counts = &wireCounts{len(p.ProductAccess)}
		}
	}
	if omit := c.omitted(p); len(omit) > 0 {
		return omitFields(u, omit)
	}
	return u
}

// wireAccess returns the person's product use; nil omits the field.
func (c *call) wireAccess(p *Person) any {
	switch {
	case c.fault.EmptyActivity:
		return []wireAccess{}
	case p.ProductAccess == nil && p.NullActivity:
		return json.RawMessage("null")
	case p.ProductAccess == nil:
		return nil
	}
	list := []wireAccess{}
	for _, a := range p.ProductAccess {
		w := wireAccess{Key: a.Key, ID: a.ID}
		if a.LastActive != nil {
			w.LastActive = a.Shape.write(*a.LastActive)
		}
		list = append(list, w)
	}
	return list
}

func wireGroups(p *Person) []wireGroup {
	list := []wireGroup{}
	for _, name := range p.Groups {
		list = append(list, wireGroup{uuid(name), name, "The group " + name + "."})
	}
	return list
}

// claimStatus returns managed for addresses in the organisation's domain.
func claimStatus(p *Person) string {
	if strings.HasSuffix(strings.ToLower(p.Email), "@example.com") {
		return "managed"
	}
	return "unmanaged"
}

func mfaEnabled(p *Person) bool {
	return p.hasRole(RoleOrgAdmin) || strings.HasSuffix(p.AccountID, "0")
}

func nickname(name string) string {
	first, _, _ := strings.Cut(name, " ")
	return first
}

// roles returns the person's platform and product roles.
func roles(p *Person) []string {
	role := "atlassian/user"
	switch {
	case p.AccountType == "customer":
		role = "atlassian/customer"
	case p.Guest:
		role = "atlassian/guest"
	}
	return append(slices.Clone(p.PlatformRoles), role)
}
