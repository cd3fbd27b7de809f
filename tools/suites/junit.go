package main

import (
	"encoding/xml"
	"errors"
	"fmt"
	"path"
	"strings"
)

// junitNode is any element of a JUnit report: runners nest suites as they like.
type junitNode struct {
	XMLName xml.Name
	Name    string      `xml:"name,attr"`
	Class   string      `xml:"classname,attr"`
	Message string      `xml:"message,attr"`
	Text    string      `xml:",chardata"`
	Nodes   []junitNode `xml:",any"`
}

// readJUnit counts the test cases of a JUnit report, as pytest --junitxml and
// node --test-reporter=junit write it.
func readJUnit(report []byte, r *result) error {
	if len(report) == 0 {
		return errors.New("the runner wrote no report")
	}
	var root junitNode
	if err := xml.Unmarshal(report, &root); err != nil {
		return fmt.Errorf("read report: %w", err)
	}
	countCases(root, r)
	return nil
}

func countCases(n junitNode, r *result) {
	if n.XMLName.Local != "testcase" {
		for _, child := range n.Nodes {
			countCases(child, r)
		}
		return
	}
	name := strings.TrimSpace(n.Class + " " + n.Name)
	for _, child := range n.Nodes {
		switch child.XMLName.Local {
		case "failure", "error":
			r.fail(name, tail(child.Message+"\n"+child.Text))
			return
		case "skipped":
			r.skipped++
			return
		}
	}
	// Node reports a file that has no test in it as a passed test of that name.
	if path.IsAbs(n.Name) {
		r.fail(name, "no test ran in this file")
		return
	}
	r.passed++
}
