package main

import (
	"context"
	"fmt"
	"os/exec"
	"regexp"
	"strconv"
	"time"
)

// tool says how to ask a program for its version, and the oldest that will do.
type tool struct {
	name    string   // as a person would say it
	command []string // prints the version
	major   int
	minor   int
}

// tools lists what a suite may need, by the word used in the table.
func tools() map[string]tool {
	return map[string]tool{
		"go":     {"Go 1.26", []string{"go", "version"}, 1, 26},
		"node":   {"Node 20", []string{"node", "--version"}, 20, 0},
		"python": {"Python 3.11", []string{"python3", "--version"}, 3, 11},
		"java":   {"Java 17", []string{"java", "--version"}, 17, 0},
		"maven":  {"Maven 3.6", []string{"mvn", "--version"}, 3, 6},
	}
}

var versionNumber = regexp.MustCompile(`(\d+)\.(\d+)`)

// probe returns "" when the tool is here and new enough, else the reason why
// it will not do.
func probe(ctx context.Context, need string) string {
	t := tools()[need]
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, t.command[0], t.command[1:]...).Output()
	if err != nil {
		return t.name + " or newer is missing"
	}
	found := versionNumber.FindSubmatch(out)
	if found == nil {
		return fmt.Sprintf("%s or newer is missing (cannot read the version in %q)", t.name, out)
	}
	major, _ := strconv.Atoi(string(found[1]))
	minor, _ := strconv.Atoi(string(found[2]))
	if major > t.major || major == t.major && minor >= t.minor {
		return ""
	}
	return fmt.Sprintf("%s or newer is missing (found %s)", t.name, found[0])
}
