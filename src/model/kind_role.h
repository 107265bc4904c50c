#ifndef MODEL_KIND_ROLE_H
#define MODEL_KIND_ROLE_H

/* What an officer may be at a desk; kinds say who may do which act. */
enum kind_role {
	KIND_ROLE_DUTY, KIND_ROLE_ANALYST, KIND_ROLE_SUPERVISOR,
	KIND_ROLE_FRONTLINE, KIND_ROLE_AUDITOR, KIND_ROLE_ADMIN, KIND_ROLES
};
extern const char *const kind_role_names[KIND_ROLES];

#endif
