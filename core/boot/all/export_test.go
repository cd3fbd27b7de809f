package all

import (
	"context"

	"github.com/tollgate-llm/tollgate/core/people"
)

// Again is what a Live gateway does to replace its configuration.
func (s *Setup) Again(ctx context.Context, marks people.Marks) (*Setup, []Problem, error) {
	return load(ctx, s.options, s.shared, &marks)
}

// Variable is a variable as credentials and settings of the configuration see it.
func (s *Setup) Variable(name string) (credential, setting string) {
	credential, _ = s.getenv(name)
	setting, _ = s.value(name)
	return credential, setting
}
