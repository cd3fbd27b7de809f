package tollgate_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/tollgate-llm/tollgate/providers"
)

// TestFileSizes keeps files short enough to be read from top to bottom. A file
// that is data, and says so by "// data table" in its first five lines, may be
// as long as the data.
func TestFileSizes(t *testing.T) {
	var sizes []int
	for _, name := range sourceFiles(t, ".go") {
		text := readFile(t, name)
		head := strings.SplitAfterN(text, "\n", 6)
		isData := strings.Contains(strings.Join(head[:min(5, len(head))], ""), "// data table")
		if isData || strings.HasSuffix(name, "_gen.go") {
			continue
		}
		lines := strings.Count(text, "\n")
		if lines > 500 {
			t.Errorf("%s: got %d lines, want 500 at most", name, lines)
		}
		sizes = append(sizes, lines)
	}
	slices.Sort(sizes)
	if got := sizes[len(sizes)/2]; got > 150 {
		t.Errorf("median of %d files: got %d lines, want 150 at most", len(sizes), got)
	}
	if got := sizes[len(sizes)*9/10]; got > 350 {
		t.Errorf("9 in 10 of %d files: got %d lines or fewer, want 350", len(sizes), got)
	}
}

// TestNoGlobals holds that a package is the same whenever and however often it
// is used: no init function, and no package variable that anything changes.
func TestNoGlobals(t *testing.T) {
	byFolder := map[string][]*ast.File{}
	fset := token.NewFileSet()
	for _, name := range sourceFiles(t, ".go") {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(fset, name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		byFolder[path.Dir(name)] = append(byFolder[path.Dir(name)], f)
	}
	for folder, files := range byFolder {
		for _, breach := range globals(fset, folder, files) {
			t.Error(breach)
		}
	}
}

// TestGlobalsAreFound plants each way of having state in a package.
func TestGlobalsAreFound(t *testing.T) {
	const head = "package p\n\nimport (\n\t\"errors\"\n\t\"sync\"\n\t\"sync/atomic\"\n\t\"net/http\"\n)\n\n" +
		"var (\n\terrGone = errors.New(\"gone\")\n\tcount int\n\ttable = map[string]int{\"a\": 1}\n\tset struct{ n int }\n)\n\n"
	for _, tc := range []struct{ name, code, want string }{
		{"reads", "func f() error { x := table[\"a\"] + count; x++; _ = x; return errGone }", ""},
		{"shadowed", "func f() { count := 1; count++; table := map[string]int{}; table[\"a\"] = 1 }", ""},
		{"pool", "var pool = sync.Pool{New: func() any { return new(int) }}\n\nfunc f() { pool.Put(pool.Get()) }", ""},
		{"computed once", "var lazy = sync.OnceValue(func() int { return 1 })", ""},
		{"assigned", "func f() { count = 1 }", "count is changed"},
		{"assigned with others", "func f() { var x int; x, count = 1, 2; _ = x }", "count is changed"},
		{"incremented", "func f() { count++ }", "count is changed"},
		{"added to", "func f() { count += 2 }", "count is changed"},
		{"ranged into", "func f() { for count = range 3 {} }", "count is changed"},
		{"entry", "func f() { table[\"a\"] = 2 }", "table is changed"},
		{"deleted", "func f() { delete(table, \"a\") }", "table is changed"},
		{"cleared", "func f() { clear(table) }", "table is changed"},
		{"field", "func f() { set.n = 2 }", "set is changed"},
		{"address", "func f() *int { return &count }", "count's address is taken"},
		{"address of a field", "func f() *int { return &set.n }", "set's address is taken"},
		{"mutex", "var mu sync.Mutex", "mu is a sync.Mutex"},
		{"once", "var once sync.Once", "once is a sync.Once"},
		{"atomic", "var hits atomic.Int64", "hits is a atomic.Int64"},
		{"another package's", "func f() { http.DefaultClient = nil }", "http.DefaultClient is changed"},
		{"init", "func init() { println() }", "init function"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			fset := token.NewFileSet()
			f, err := parser.ParseFile(fset, "p.go", head+tc.code, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			got := strings.Join(globals(fset, "p", []*ast.File{f}), "\n")
			if (tc.want == "") != (got == "") || !strings.Contains(got, tc.want) {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

// globals lists what keeps state in a package: its init functions, its
// variables that are changed or whose address is taken, and other packages'
// variables that it changes. A sync.Pool is let through: whatever is in it may
// vanish at any time, so nothing can depend on it.
func globals(fset *token.FileSet, folder string, files []*ast.File) []string {
	info := &types.Info{Uses: map[*ast.Ident]types.Object{}, Defs: map[*ast.Ident]types.Object{}}
	// Imports are not followed, so types are not known: only who declared what.
	config := types.Config{Importer: emptyImporter{}, Error: func(error) {}}
	pkg, _ := config.Check(folder, fset, files, info) // the errors are those of the empty imports

	var found []string
	report := func(at ast.Node, what string) { found = append(found, fset.Position(at.Pos()).String()+": "+what) }
	isGlobal := func(e ast.Expr) (string, bool) {
		switch e := rootOf(e, info).(type) {
		case *ast.Ident:
			v, ok := info.Uses[e].(*types.Var)
			return e.Name, ok && v.Parent() == pkg.Scope()
		case *ast.SelectorExpr: // a name of another package
			return e.X.(*ast.Ident).Name + "." + e.Sel.Name, true
		}
		return "", false
	}
	changed := func(targets ...ast.Expr) {
		for _, e := range targets {
			if name, ok := isGlobal(e); ok {
				report(e, name+" is changed")
			}
		}
	}
	for _, f := range files {
		for _, d := range f.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Recv == nil && d.Name.Name == "init" {
					report(d, "init function")
				}
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					if v, ok := spec.(*ast.ValueSpec); ok && d.Tok == token.VAR {
						if lock := lockType(v); lock != "" {
							report(v, v.Names[0].Name+" is a "+lock)
						}
					}
				}
			}
		}
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.AssignStmt:
				changed(n.Lhs...)
			case *ast.IncDecStmt:
				changed(n.X)
			case *ast.RangeStmt:
				changed(n.Key, n.Value)
			case *ast.UnaryExpr:
				if name, ok := isGlobal(n.X); ok && n.Op == token.AND {
					report(n, name+"'s address is taken")
				}
			case *ast.CallExpr:
				if f, ok := n.Fun.(*ast.Ident); ok && (f.Name == "delete" || f.Name == "clear") {
					changed(n.Args[0])
				}
			}
			return true
		})
	}
	return found
}

// rootOf returns what an expression such as x.f[i] starts from: an identifier,
// or a selector if that is another package's name.
func rootOf(e ast.Expr, info *types.Info) ast.Expr {
	for {
		switch x := e.(type) {
		case *ast.SelectorExpr:
			if id, ok := x.X.(*ast.Ident); ok {
				if _, isPackage := info.Uses[id].(*types.PkgName); isPackage {
					return x
				}
			}
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.ParenExpr:
			e = x.X
		case *ast.StarExpr:
			e = x.X
		default:
			return e
		}
	}
}

// lockType returns the declared type of a variable if it is one that exists to
// be changed: those of sync and sync/atomic, but for sync.Pool.
func lockType(v *ast.ValueSpec) string {
	s, ok := v.Type.(*ast.SelectorExpr)
	if !ok {
		return ""
	}
	pkg, ok := s.X.(*ast.Ident)
	if !ok || pkg.Name != "sync" && pkg.Name != "atomic" || s.Sel.Name == "Pool" {
		return ""
	}
	return pkg.Name + "." + s.Sel.Name
}

type emptyImporter struct{}

func (emptyImporter) Import(importPath string) (*types.Package, error) {
	p := types.NewPackage(importPath, path.Base(importPath))
	p.MarkComplete()
	return p, nil
}

// TestProviderNames holds that nothing in core knows a provider: a string there
// that is a provider's name would be a special case for it. core/boot/stack asks
// AWS about an account, where Bedrock is a service like others.
func TestProviderNames(t *testing.T) {
	names := providers.Names()
	if len(names) < 50 {
		t.Fatalf("got %d provider names, want the whole table", len(names))
	}
	for _, file := range sourceFiles(t, ".go") {
		if !strings.HasPrefix(file, "core/") || strings.HasPrefix(file, "core/boot/stack/") || strings.HasSuffix(file, "_test.go") {
			continue
		}
		for at, value := range stringLiterals(t, file, readFile(t, file)) {
			if slices.Contains(names, strings.ToLower(strings.TrimSuffix(value, "/"))) {
				t.Errorf("%s: names the provider %q", at, value)
			}
		}
	}
}

func TestStringLiterals(t *testing.T) {
	const code = "package p\n\nimport \"a\"\n\nvar x = map[string]string{\"b\": a.F(`c` + \"\\x64\")}\n\ntype y struct {\n\tz int `e`\n}\n"
	var got []string
	for _, value := range stringLiterals(t, "p.go", code) {
		got = append(got, value)
	}
	if want := []string{"b", "c", "d"}; !slices.Equal(slices.Sorted(slices.Values(got)), want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// stringLiterals returns the string literals of a Go file by their positions,
// but for import paths and struct tags.
func stringLiterals(t *testing.T, name, code string) map[string]string {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, code, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	literals := map[string]string{}
	keep := func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			value, err := strconv.Unquote(lit.Value)
			if err != nil {
				t.Fatal(err)
			}
			literals[fset.Position(lit.Pos()).String()] = value
		}
		return true
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.Field: // its tag is no value of the program's
			ast.Inspect(n.Type, keep)
			return false
		}
		return keep(n)
	})
	return literals
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
