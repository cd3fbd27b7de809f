package m

import "testing"

func TestAdult(t *testing.T) {
	for _, tc := range []struct {
		name string
		age  int
		want bool
	}{{"young", 17, false}, {"just", 18, true}} {
		t.Run(tc.name, func(t *testing.T) {
			if got := Adult(tc.age); got != tc.want {
				t.Errorf("Adult(%d): got %v, want %v", tc.age, got, tc.want)
			}
		})
	}
}

func TestWeak(t *testing.T) {
	if !Adult(40) {
		t.Error("Adult(40): got false, want true")
	}
}

func TestWrong(t *testing.T) {
	if Adult(40) {
		t.Error("Adult(40): got true, want false")
	}
}
