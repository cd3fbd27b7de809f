package stack

import (
	"regexp"
	"testing"
)

// TestDeployment holds that another body is another deployment, and the same
// body the same: API Gateway goes on serving the snapshot that it has.
func TestDeployment(t *testing.T) {
	var ids []string
	for _, b := range []object{body(Profiles()[0]), body(Profiles()[0]), {"openapi": "3.0.1"}} {
		id, err := deploymentID(b)
		if err != nil {
			t.Fatal(err)
		}
		if !regexp.MustCompile(`^[A-Za-z0-9]{1,255}$`).MatchString(id) {
			t.Errorf("got the logical id %q, want letters and digits", id)
		}
		ids = append(ids, id)
	}
	if ids[0] != ids[1] || ids[0] == ids[2] {
		t.Errorf("got %q, want the first two the same and the third another", ids)
	}
}
