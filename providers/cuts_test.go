package providers

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestStreamsAreCut holds that each room that reads streams has a golden file
// of a whole one: providertest cuts all those at every byte.
func TestStreamsAreCut(t *testing.T) {
	kits := []string{"chat", "wire", "providertest/upstream"} // which know no vendor, and so no stream
	var rooms []string
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		room := filepath.Dir(path)
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") ||
			slices.Contains(kits, room) || slices.Contains(rooms, room) {
			return err
		}
		if streams(t, path) {
			rooms = append(rooms, room)
		}
		return nil
	})
	if err != nil || len(rooms) < 20 {
		t.Fatalf("got %d rooms that read streams (%v), want all", len(rooms), err)
	}
	for _, room := range rooms {
		n := whole(t, room)
		t.Logf("%s: %d streams cut at every byte", room, n)
		if elsewhere, ok := cutElsewhere[room]; n == 0 && !ok {
			t.Errorf("%s reads streams: got no golden file of a whole one", room)
		} else if n > 0 && ok {
			t.Errorf("%s: got golden files of whole streams, want none as %s", room, elsewhere)
		}
	}
}

// cutElsewhere are the rooms without such files, and why.
var cutElsewhere = map[string]string{
	"triton": "its streams have no end but HTTP's: its own tests cut the answer",
}

// streams reports whether a file gives a codec its Events: in a literal, by an
// assignment, or with a kit's codec for answers in one piece.
func streams(t *testing.T, path string) (found bool) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CompositeLit:
			made, _ := n.Type.(*ast.SelectorExpr)
			return made == nil || made.Sel.Name != "Reply" // it has Events too
		case *ast.KeyValueExpr:
			key, ok := n.Key.(*ast.Ident)
			found = found || ok && key.Name == "Events"
		case *ast.AssignStmt:
			for i, to := range n.Lhs {
				field, ok := to.(*ast.SelectorExpr)
				if ok && field.Sel.Name == "Events" && len(n.Lhs) == len(n.Rhs) {
					none, ok := n.Rhs[i].(*ast.Ident)
					found = found || !ok || none.Name != "nil"
				}
			}
		case *ast.SelectorExpr:
			found = found || n.Sel.Name == "OnePiece"
		}
		return !found
	})
	return found
}

// whole counts the golden files, in a room or else the nearest around it, whose
// reply is a stream with its end.
func whole(t *testing.T, room string) (n int) {
	t.Helper()
	for ; room != "." && n == 0; room = filepath.Dir(room) {
		err := filepath.WalkDir(filepath.Join(room, "testdata"), func(path string, d fs.DirEntry, err error) error {
			if err != nil || filepath.Ext(path) != ".txt" {
				return err
			}
			text, err := os.ReadFile(path)
			if _, reply, _ := strings.Cut(string(text), "-- reply --"); strings.Contains(reply, "\nlast") {
				n++
			}
			return err
		})
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
	}
	return n
}
