# Entente.  `make` builds, `make demo` plays the main job, `make check` tests.
# Variants: V=dev (default), V=asan, V=clang.  Objects stand in build/$(V).

V	?= dev
B	:= build/$(V)
PREFIX	?= /usr/local

LAYERS	:= base crypto model store proc
PROGS	:= ententd entente
PKGS	:= libsodium libcrypto libmicrohttpd gnutls libcurl jansson sqlite3 \
	   libseccomp inih

WARN	:= -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wformat=2 -Wvla \
	   -Wstrict-prototypes -Wmissing-prototypes -Wcast-qual \
	   -Wwrite-strings -Wpointer-arith -Wundef -Wimplicit-fallthrough
HARD	:= -fstack-protector-strong -fstack-clash-protection -fcf-protection \
	   -fno-common -fno-strict-aliasing -fPIE
LINK	:= -pie -Wl,-z,relro,-z,now,-z,noexecstack

ifeq ($(V),asan)
CC	:= clang-14
OPT	:= -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined \
	   -fno-omit-frame-pointer
LINK	+= -fsanitize=address,undefined
else ifeq ($(V),clang)
CC	:= clang-14
OPT	:= -O2 -g -D_FORTIFY_SOURCE=2
else
CC	:= gcc
OPT	:= -O2 -g -D_FORTIFY_SOURCE=3 -ftrivial-auto-var-init=zero
endif
ifneq ($(CI)$(WERROR),)
WARN	+= -Werror
endif

CFLAGS	:= -std=c17 -D_GNU_SOURCE -Isrc -I$(B) $(WARN) $(HARD) $(OPT) \
	   $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
LIBS	= $(shell pkg-config --libs $(PKGS)) -lpthread

src	= $(wildcard src/$(1)/*.c src/$(1)/*/*.c)
objs	= $(patsubst %.c,$(B)/%.o,$(call src,$(1)))
ARCHIVES := $(foreach l,$(LAYERS),$(B)/lib$(l).a)
# Upper layers first: an arrow that points up does not link.
LINKED	= $(B)/libproc.a $(B)/libstore.a $(B)/libmodel.a $(B)/libcrypto_.a $(B)/libbase.a

.PHONY: all check demo bench lint clean install packages
all: $(foreach p,$(PROGS),$(B)/$(p))

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -MMD -MP -c -o $@ $<

clean:
	rm -rf build
