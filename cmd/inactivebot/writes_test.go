package main

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// writes are the methods of atlassian.Client that change an account. Only the
// package writer may call them.
var writes = []string{"Suspend", "Restore"}

const writer = "bot/executor"

// TestOnlyTheExecutorWrites checks that no other package uses a method of the
// client that changes an account.
func TestOnlyTheExecutorWrites(t *testing.T) {
	found := map[string]bool{}
	for _, pkg := range checkedPackages(t) {
		for id, object := range pkg.uses {
			method, ok := object.(*types.Func)
			if !ok || !slices.Contains(writes, method.Name()) || method.Pkg() == nil || method.Pkg().Path() != module+"atlassian" {
				continue
			}
			if pkg.path != writer {
				t.Errorf("%s calls %s of package atlassian at %s", pkg.path, method.Name(), pkg.fset.Position(id.Pos()))
			}
			found[method.Name()] = pkg.path == writer || found[method.Name()]
		}
	}
	if len(found) != len(writes) {
		t.Errorf("found only the calls %v, want %v in %s", found, writes, writer)
	}
}

// checked is a type-checked package of this module.
type checked struct {
	path  string // without the module's name.
	fset  *token.FileSet
	files []*ast.File
	uses  map[*ast.Ident]types.Object
	names []string // Function or Type.Method for each declaration.
}

// checkedPackages type-checks the packages of the module without their tests.
func checkedPackages(t *testing.T) (all []checked) {
	t.Helper()
	list := exec.CommandContext(t.Context(), "go", "list", "-export", "-deps", "-json=ImportPath,Dir,GoFiles,Export,Module", "./...")
	list.Dir, list.Stderr = "../..", os.Stderr
	out, err := list.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	type entry struct {
		ImportPath, Dir, Export string
		GoFiles                 []string
	}
	var ours []entry
	exports := map[string]string{}
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var e entry
		if err := decoder.Decode(&e); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		exports[e.ImportPath] = e.Export
		if strings.HasPrefix(e.ImportPath, module) && len(e.GoFiles) > 0 {
			ours = append(ours, e)
		}
	}
	fset := token.NewFileSet()
	from := importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) { return os.Open(exports[path]) })
	for _, e := range ours {
		pkg := checked{path: strings.TrimPrefix(e.ImportPath, module), fset: fset, uses: map[*ast.Ident]types.Object{}}
		for _, name := range e.GoFiles {
			file, err := parser.ParseFile(fset, filepath.Join(e.Dir, name), nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			pkg.files = append(pkg.files, file)
		}
		config := types.Config{Importer: from}
		if _, err := config.Check(e.ImportPath, fset, pkg.files, &types.Info{Uses: pkg.uses}); err != nil {
			t.Fatal(err)
		}
		pkg.names = declared(pkg.files)
		all = append(all, pkg)
	}
	return all
}

// declared returns the names of all functions, methods as Type.Method.
func declared(files []*ast.File) (names []string) {
	for _, file := range files {
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			name := f.Name.Name
			if f.Recv != nil {
				receiver := f.Recv.List[0].Type
				if star, ok := receiver.(*ast.StarExpr); ok {
					receiver = star.X
				}
				if id, ok := receiver.(*ast.Ident); ok {
					name = id.Name + "." + name
				}
			}
			names = append(names, name)
		}
	}
	return names
}

// manyMethods is the maximum number of methods of a type. The handler, with one
// for each user action, and the store, with one for each record and transition,
// may have more.
const manyMethods = 60

// TestTypesAreNotTooLarge checks the number of methods of each type.
func TestTypesAreNotTooLarge(t *testing.T) {
	for _, pkg := range checkedPackages(t) {
		count := map[string]int{}
		for _, name := range pkg.names {
			if owner, _, ok := strings.Cut(name, "."); ok {
				count[owner]++
			}
		}
		for owner, n := range count {
			if name := pkg.path + "." + owner; n > manyMethods && name != "bot/handler.Handler" && name != "storage.Store" {
				t.Errorf("%s has %d methods, want at most %d", name, n, manyMethods)
			}
		}
		if n := count["Bot"]; pkg.path == "bot" && n > 40 {
			t.Errorf("Bot has %d methods, want about 30", n)
		}
	}
}

// TestThePathOfAPress checks that the functions that CONTRIBUTING lists for the
// path of a press exist.
func TestThePathOfAPress(t *testing.T) {
	text, err := os.ReadFile("../../.github/CONTRIBUTING.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, began := strings.Cut(string(text), "<!-- path:begin -->")
	list, _, ended := strings.Cut(rest, "<!-- path:end -->")
	if !began || !ended {
		t.Fatal("CONTRIBUTING has no list of functions between path:begin and path:end")
	}
	exist := map[string]bool{}
	for _, pkg := range checkedPackages(t) {
		for _, name := range pkg.names {
			exist[filepath.Base(pkg.path)+"."+name] = true
		}
	}
	n := 0
	for line := range strings.Lines(list) {
		if name := strings.Trim(strings.TrimSpace(line), "-` "); name != "" {
			n++
			if !exist[name] {
				t.Errorf("CONTRIBUTING names %s, which does not exist", name)
			}
		}
	}
	if n < 30 {
		t.Errorf("CONTRIBUTING names %d functions, want the whole path", n)
	}
}
