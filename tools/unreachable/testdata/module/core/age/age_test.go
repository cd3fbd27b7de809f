package age

import (
	"testing"

	"example.com/m/core/agetest"
)

func TestChild(*testing.T) {
	agetest.Check()
	Child()
}
