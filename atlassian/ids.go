package atlassian

import (
	"fmt"
	"strings"
)

// maxIDLength is the longest accepted id. Atlassian's ids have about 50 characters.
const maxIDLength = 200

// checkID rejects strings that are not ids of the API and could change the
// meaning of a path, such as "", "..", "-", slashes and percent signs. The
// argument what names the id in the error.
func checkID(what, id string) error {
	switch {
	case id == "":
		return fmt.Errorf("the %s is missing", what)
	case len(id) > maxIDLength, strings.ContainsFunc(id, invalidInID), strings.Trim(id, ":-_.") == "":
		return fmt.Errorf("the %s is invalid: it may contain letters, digits and : - _ . and at most %d characters", what, maxIDLength)
	}
	return nil
}

func invalidInID(r rune) bool {
	switch {
	case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9':
		return false
	}
	return !strings.ContainsRune(":-_.", r)
}

// checkAccount rejects an invalid account id before anything is sent. Its error
// is [KindRefused] without a status, as are those of the checks below.
func checkAccount(r request) error {
	err := checkID("account id", r.account)
	if err == nil {
		return nil
	}
	r.account = ""
	return r.newError(KindRefused, err)
}

// checkDirectoryOrAll accepts one directory id or [AllDirectories].
func checkDirectoryOrAll(r request, directoryID string) error {
	if directoryID == AllDirectories {
		return nil
	}
	return checkDirectory(r, directoryID)
}

// checkDirectory accepts one directory id.
func checkDirectory(r request, directoryID string) error {
	if err := checkID("directory id", directoryID); err != nil {
		return r.newError(KindRefused, err)
	}
	return nil
}
