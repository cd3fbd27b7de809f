package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// writeRoots writes a program that mentions every exported function and type
// of the promised packages. To deadcode, reflection can call a function whose
// value was taken and the methods of a type that was made an interface.
func writeRoots(packages []goPackage) error {
	var imports, names strings.Builder
	for i, p := range packages {
		folder := strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, p.Module.Path), "/")
		if folder == "" {
			folder = "."
		}
		if !slices.Contains(promised(), folder) || p.Name == "main" {
			continue
		}
		exported, err := exportedNames(p)
		if err != nil {
			return err
		}
		if len(exported) == 0 {
			continue
		}
		fmt.Fprintf(&imports, "import p%d %q\n", i, p.ImportPath)
		for _, format := range exported {
			fmt.Fprintf(&names, "\t"+format+",\n", fmt.Sprintf("p%d", i))
		}
	}
	if err := os.MkdirAll(roots, 0o755); err != nil {
		return fmt.Errorf("create folder for roots: %w", err)
	}
	text := fmt.Sprintf("package main\n\nimport \"reflect\"\n%s\nfunc main() {\n\tfor _, name := range []any{\n%s\t} {\n\t\treflect.ValueOf(name).Call(nil)\n\t}\n}\n", &imports, &names)
	if err := os.WriteFile(filepath.Join(roots, "main.go"), []byte(text), 0o644); err != nil {
		return fmt.Errorf("write roots: %w", err)
	}
	return nil
}

// exportedNames returns an expression for each exported function and type of
// a package, with %s for the package's name. Generic ones are left out: they
// have no value of their own.
func exportedNames(p goPackage) ([]string, error) {
	var names []string
	for _, file := range p.GoFiles {
		f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, file), nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, fmt.Errorf("find exported names: %w", err)
		}
		for _, d := range f.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Recv == nil && d.Name.IsExported() && d.Type.TypeParams == nil {
					names = append(names, "%s."+d.Name.Name)
				}
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					if t, ok := spec.(*ast.TypeSpec); ok && t.Name.IsExported() && t.TypeParams == nil {
						names = append(names, "(*%s."+t.Name.Name+")(nil)")
					}
				}
			}
		}
	}
	return names, nil
}
