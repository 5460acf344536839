-- A booking whose outcome was not known when its turn ended is told later: from the number the guest wrote to, in the guest's
-- language, whatever became of the hotel's settings meanwhile.
alter table agente.booking_journal add column if not exists recipient text;
alter table agente.booking_journal add column if not exists language text;
