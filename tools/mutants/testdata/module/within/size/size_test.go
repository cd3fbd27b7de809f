package size

import "testing"

func TestFits(t *testing.T) {
	if !Fits(10) || Fits(11) {
		t.Errorf("got Fits(10) %v and Fits(11) %v, want true and false", Fits(10), Fits(11))
	}
}
