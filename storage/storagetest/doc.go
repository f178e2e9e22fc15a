// Package storagetest has helpers that the tests of storage and of
// storage/adminsocket share: the content of a database as a map, and checks of
// file permissions and of temporary files. Only tests import it.
package storagetest
