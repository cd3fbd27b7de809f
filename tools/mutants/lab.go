package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"time"
)

// lab is a copy of the module in which bugs are planted. The working tree is
// never touched, and one build cache serves all mutants.
type lab struct {
	dir   string
	limit time.Duration
	sound map[string]error // by package and test: how it did without a patch
}

// newLab copies the files of the module in root that git tracks or would track.
func newLab(ctx context.Context, root string, limit time.Duration) (*lab, error) {
	cmd := exec.CommandContext(ctx, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	cmd.Dir = root
	listed, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("list files: %w", err)
	}
	dir, err := os.MkdirTemp("", "mutants-")
	if err != nil {
		return nil, fmt.Errorf("create folder for the copy: %w", err)
	}
	l := &lab{dir: dir, limit: limit, sound: map[string]error{}}
	for name := range strings.SplitSeq(strings.TrimRight(string(listed), "\x00"), "\x00") {
		if err := copyFile(filepath.Join(root, name), filepath.Join(dir, name)); err != nil {
			l.close()
			return nil, fmt.Errorf("copy module: %w", err)
		}
	}
	return l, nil
}

func copyFile(from, to string) error {
	info, err := os.Stat(from)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // tracked, and deleted in the working tree
	}
	if err != nil {
		return err
	}
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	return os.WriteFile(to, data, info.Mode().Perm())
}

func (l *lab) close() { _ = os.RemoveAll(l.dir) } // what is left over is in the system's temporary folder

// try plants a mutant, takes it out again, and returns nil if its test killed it.
func (l *lab) try(ctx context.Context, m mutant) (err error) {
	key := m.pkg + " " + m.test
	if _, known := l.sound[key]; !known {
		l.sound[key] = l.passes(ctx, m)
	}
	if err := l.sound[key]; err != nil {
		return err
	}
	if err := l.apply(ctx, m.patch); err != nil {
		return fmt.Errorf("the patch does not apply: %w", err)
	}
	defer func() { err = errors.Join(err, l.apply(context.WithoutCancel(ctx), m.patch, "--reverse")) }()
	module, _ := l.module(m.pkg)
	if out, err := l.command(ctx, "go", "-C", module, "build", "./...").CombinedOutput(); err != nil {
		return fmt.Errorf("the mutant does not compile: %s", indent(out))
	}
	o, err := l.test(ctx, m)
	if err != nil {
		return err
	}
	return o.killed(m.test)
}

// passes returns an error unless the test exists and passes without a patch.
func (l *lab) passes(ctx context.Context, m mutant) error {
	o, err := l.test(ctx, m)
	if err != nil {
		return err
	}
	if o.action != "pass" {
		return fmt.Errorf("without the patch the test does not pass (%s): %s", o.action, indent([]byte(o.output)))
	}
	return nil
}

func (l *lab) apply(ctx context.Context, patch string, args ...string) error {
	args = append([]string{"apply", "--whitespace=nowarn"}, args...)
	if out, err := l.command(ctx, "git", append(args, patch)...).CombinedOutput(); err != nil {
		return errors.New(indent(out))
	}
	return nil
}

// test runs the mutant's test and says how it ended.
func (l *lab) test(ctx context.Context, m mutant) (outcome, error) {
	var stdout, stderr bytes.Buffer
	module, pkg := l.module(m.pkg)
	cmd := l.command(ctx, "go", "-C", module, "test", "-json", "-vet=off", "-count=1", "-timeout", l.limit.String(), "-run", m.runPattern(), pkg)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	_ = cmd.Run() // fails when the test does: the report says more
	o, err := readOutcome(stdout.Bytes(), m.test)
	if err != nil {
		return o, fmt.Errorf("%w: %s", err, indent(stderr.Bytes()))
	}
	return o, nil
}

// module is the folder of the module that a package is in, and the package as
// go test there knows it: a module may have others within.
func (l *lab) module(pkg string) (folder, within string) {
	for folder = path.Clean(pkg); folder != "."; folder = path.Dir(folder) {
		if _, err := os.Stat(filepath.Join(l.dir, folder, "go.mod")); err == nil {
			return folder, "." + strings.TrimPrefix(path.Clean(pkg), folder)
		}
	}
	return ".", pkg
}

// command prepares a command in the copy. Git must not find a repository above
// it, or it would leave out files it deems foreign.
func (l *lab) command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = l.dir
	cmd.Env = append(os.Environ(), "GIT_CEILING_DIRECTORIES="+filepath.Dir(l.dir), "NO_COLOR=1", "PWD="+l.dir)
	return cmd
}

func indent(out []byte) string {
	const most = 20
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if len(lines) > most {
		lines = append([]string{"..."}, lines[len(lines)-most:]...)
	}
	return strings.Join(lines, "\n      ")
}
