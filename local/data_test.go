package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestDataFolder(t *testing.T) {
	home := map[string]string{"HOME": "/home/me", "LocalAppData": "/local"}
	for _, tc := range []struct {
		system string
		vars   map[string]string
		want   string
	}{
		{"linux", home, "/home/me/.local/share"},
		{"freebsd", home, "/home/me/.local/share"},
		{"darwin", home, "/home/me/Library/Application Support"},
		{"windows", home, "/local"},
		{"linux", map[string]string{"HOME": "/home/me", "XDG_DATA_HOME": "/data"}, "/data"},
		{"linux", map[string]string{"XDG_DATA_HOME": "/data"}, "/data"},
		{"linux", map[string]string{"HOME": "/home/me", "XDG_DATA_HOME": "data"}, "/home/me/.local/share"},
		{"linux", map[string]string{"LocalAppData": "/local"}, ""},
		{"windows", map[string]string{"HOME": "/home/me"}, ""},
	} {
		got, err := dataFolder(tc.system, environment{vars: tc.vars})
		if got != tc.want || (err == nil) != (tc.want != "") {
			t.Errorf("%s with %v: got %q, %v, want %q", tc.system, tc.vars, got, err, tc.want)
		}
	}
}

// TestDataIsWhere holds that each way to name a file is heeded, the flag first,
// and that its last user closes it.
func TestDataIsWhere(t *testing.T) {
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	for name, tc := range map[string]struct {
		environ, flags []string
		want           string // a file; or how what is said begins
	}{
		"the user's":   {[]string{"TOLLGATE_DATA=", "XDG_DATA_HOME=" + in("share")}, nil, in("share/tollgate/tollgate.db")},
		"variable":     {[]string{"TOLLGATE_DATA=" + in("variable.db"), "XDG_DATA_HOME=" + in("no")}, nil, in("variable.db")},
		"flag":         {[]string{"TOLLGATE_DATA=" + in("no")}, []string{"--data", in("flag.db")}, in("flag.db")},
		"flag, memory": {[]string{"TOLLGATE_DATA=" + in("no")}, []string{"--data=memory"}, "in memory"},
		"flag, table":  {[]string{"TOLLGATE_DATA=" + in("no")}, []string{"--data=dynamodb:mine"}, "DynamoDB table mine"},
	} {
		t.Run(name, func(t *testing.T) {
			g := begin(t, tc.environ, tc.flags...)
			said, _ := g.said[len(g.said)-1]["data"].(string)
			if !filepath.IsAbs(tc.want) {
				if !strings.HasPrefix(said, tc.want) {
					t.Errorf("got %q, want %s", said, tc.want)
				}
				return
			}
			if file, err := os.Stat(tc.want); said != tc.want || err != nil || file.Mode().Perm() != 0o600 {
				t.Errorf("got %q, %v, want %s for its owner alone", said, err, tc.want)
			}
			g.signals <- os.Interrupt
			if code := <-g.code; code != 0 {
				t.Errorf("exit code: got %d, want 0", code)
			}
			if _, err := os.Stat(tc.want + "-wal"); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("after the end: got a log beside the file, %v, want it closed", err)
			}
		})
	}
	if _, err := os.Stat(in("no")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("what was not asked for: got %v, want nothing there", err)
	}
}

// TestDataCannotBeOpened holds that a start that could keep nothing stops, and
// says where the file was to be and what else there is.
func TestDataCannotBeOpened(t *testing.T) {
	taken := file(t, "notes.txt", strings.Repeat("not a database ", 100))
	for name, tc := range map[string]struct {
		environ, flags []string
		want           []string
	}{
		"no folder":       {nil, []string{"--data=/nowhere/tollgate.db"}, []string{"/nowhere/tollgate.db", "folder must be there"}},
		"another file":    {nil, []string{"--data", taken}, []string{taken, "--data memory"}},
		"no table":        {nil, []string{"--data=dynamodb:"}, []string{"dynamodb:TABLE"}},
		"no home":         {[]string{"TOLLGATE_DATA="}, nil, []string{"HOME", "--data FILE", "TOLLGATE_DATA"}},
		"no place for it": {[]string{"TOLLGATE_DATA=", "XDG_DATA_HOME=" + taken}, nil, []string{taken, "--data FILE"}},
	} {
		t.Run(name, func(t *testing.T) {
			code, _, said := tollgate(t, tc.environ, append(tc.flags, "--log-format=json")...)
			if code != 1 {
				t.Errorf("exit code: got %d, want 1", code)
			}
			for _, want := range tc.want {
				if !strings.Contains(said, want) {
					t.Errorf("got %q, want %q in it", said, want)
				}
			}
		})
	}
}
