package main

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
)

// maxLines is the maximum length of a file.
const maxLines = 400

func TestNoFileIsTooLong(t *testing.T) {
	eachGoFile(t, func(name string, source []byte) {
		if lines := bytes.Count(source, []byte("\n")); lines > maxLines {
			t.Errorf("%s has %d lines, want at most %d", name, lines, maxLines)
		}
	})
}

// TestEveryPackageHasItsDoc checks that each package has a doc.go. That of a command
// is at the top of its main.go.
func TestEveryPackageHasItsDoc(t *testing.T) {
	code, docs := map[string]bool{}, map[string]bool{}
	eachGoFile(t, func(name string, _ []byte) {
		dir := path.Dir(name)
		code[dir] = code[dir] || !strings.HasSuffix(name, "_test.go")
		docs[dir] = docs[dir] || path.Base(name) == "doc.go" || path.Base(name) == "main.go"
	})
	for dir := range code {
		if code[dir] && !docs[dir] {
			t.Errorf("%s has no doc.go", dir)
		}
	}
}

// TestNoTestSleepsOrSkips checks all test files except the one that needs a
// browser, whose tests are skipped without one.
func TestNoTestSleepsOrSkips(t *testing.T) {
	eachGoFile(t, func(name string, source []byte) {
		if !strings.HasSuffix(name, "_test.go") || name == "cmd/demo/browser_test.go" {
			return
		}
		for _, call := range idleCalls(t, name, source) {
			t.Errorf("%s", call)
		}
	})
}

func TestIdleCallsAreFound(t *testing.T) {
	const source = `package p
		func TestA(t *testing.T) { time.Sleep(1); t.Skip(); t.Run("", func(t *testing.T) { t.Skipf("") }) }
		func BenchmarkB(b *testing.B) { b.SkipNow(); scanner.Skip(); time.Now(); t.Helper() }`
	want := []string{"a.go:2:30: time.Sleep", "a.go:2:45: t.Skip", "a.go:2:86: t.Skipf", "a.go:3:35: b.SkipNow"}
	if got := idleCalls(t, "a.go", []byte(source)); !slices.Equal(got, want) {
		t.Errorf("idleCalls() = %q, want %q", got, want)
	}
}

// idleCalls returns the calls by which a test sleeps or skips.
func idleCalls(t *testing.T, name string, source []byte) (calls []string) {
	t.Helper()
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, name, source, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	idle := []string{"time.Sleep"}
	for _, receiver := range []string{"t", "b", "f", "tb"} {
		idle = append(idle, receiver+".Skip", receiver+".Skipf", receiver+".SkipNow")
	}
	ast.Inspect(file, func(n ast.Node) bool {
		selector, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if x, ok := selector.X.(*ast.Ident); ok && slices.Contains(idle, x.Name+"."+selector.Sel.Name) {
			calls = append(calls, files.Position(n.Pos()).String()+": "+x.Name+"."+selector.Sel.Name)
		}
		return true
	})
	return calls
}

// eachGoFile visits every Go file of the repository. Because it reads them, go
// test does not use a cached result after any of them changes.
func eachGoFile(t *testing.T, visit func(name string, source []byte)) {
	t.Helper()
	root := os.DirFS("../..")
	visited := 0
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (entry.Name() == ".git" || entry.Name() == "node_modules"):
			return fs.SkipDir
		case entry.IsDir() || !strings.HasSuffix(name, ".go"):
			return nil
		}
		source, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		visited++
		visit(name, source)
		return nil
	})
	if err != nil || visited == 0 {
		t.Fatalf("visited %d files: %v", visited, err)
	}
}
