package atlassian

import (
	"fmt"
	"strings"
)

// maxIDLength is far above what Atlassian's ids have, about 50.
const maxIDLength = 200

// checkID refuses what cannot be an id of the API and could change the meaning
// of a path: the empty string, dashes or dots alone, slashes, percent signs.
func checkID(what, id string) error {
	switch {
	case id == "":
		return fmt.Errorf("the %s is missing", what)
	case len(id) > maxIDLength, strings.ContainsFunc(id, invalidInID), strings.Trim(id, ":-_.") == "":
		return fmt.Errorf("the %s is not one: it has letters, digits and : - _ . and at most %d of them", what, maxIDLength)
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

func checkAccount(r request) error {
	err := checkID("account id", r.account)
	if err == nil {
		return nil
	}
	r.account = ""
	return r.newError(KindRefused, err)
}

// checkDirectoryOrAll accepts one directory, or all of them.
func checkDirectoryOrAll(r request, directoryID string) error {
	if directoryID == AllDirectories {
		return nil
	}
	return checkDirectory(r, directoryID)
}

// checkDirectory accepts one directory.
func checkDirectory(r request, directoryID string) error {
	if err := checkID("directory id", directoryID); err != nil {
		return r.newError(KindRefused, err)
	}
	return nil
}
